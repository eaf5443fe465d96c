using System.Text;
using ActorProxy.DataPlane.Listeners.Http1;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>
/// What the guard lets through is read by Kestrel in the same way: the same method, target and fields, the same end. So nothing that
/// Kestrel refuses is let through. Heads come from a grammar that is half awkward, and from mutations of what it makes.
/// </summary>
public sealed class DifferentialTests
{
    private const string Sentinel = "GET /the-sentinel HTTP/1.1\r\nHost: sentinel.example\r\n\r\n";
    private const int Samples = 4000;

    private static readonly Gen<string> Message = Gen.Select(
            RequestLine(), Gen.Select(Field(), Field(), Field(), Field()).Select(Join), Gen.Int[0, 9], Padding())
        .Select((line, fields, host, padding) => $"{line}\r\n{(host == 0 ? "" : "Host: a.example\r\n")}{padding}{fields}\r\n")
        .SelectMany(Mutated);

    [Fact]
    public async Task Kestrel_reads_what_the_guard_lets_through_as_it_was_sent()
    {
        await using var server = await GuardedServer.StartAsync(EchoAsync);
        var passed = 0;
        await Message.SampleAsync(
            async message =>
            {
                if (await PassesAsync(message))
                {
                    using var client = await server.ConnectAsync();
                    await client.SendAsync(message + Sentinel);
                    await client.ReadThroughAsync($"\r\n\r\n{Expected(message)}");
                    if (message.Contains(" HTTP/1.1\r\n", StringComparison.Ordinal))
                    {
                        await client.ReadThroughAsync($"\r\n\r\n{Expected(Sentinel)}");
                    }

                    Interlocked.Increment(ref passed);
                }
            },
            iter: Samples,
            threads: 2);

        Assert.InRange(passed, Samples / 20, Samples);
        Assert.Empty(server.Log.Requests);
    }

    private static Gen<string> RequestLine() => Gen.Select(
        Gen.Frequency((8, AnyOf("GET", "POST", "HEADER", "get", "PUT", "TRACE", "M-SEARCH")), (2, AnyOf("CONNECT", "OPTIONS", "G,T", ""))),
        Gen.Frequency(
            (6, AnyOf("/", "/a/../b", "/%2F%2e%2E/%zz", "//x//", "/a?b=%00&c", "/%41%C3%A4", "/%c3%00", "/{|}\\^", "/a;b,c", "/%2500", "/%", "/%0")),
            (2, AnyOf("http://a.example/x", "http://A.EXAMPLE:80", "https://a.example?q", "http://a.example:443/", "http://a.example/%zz%00")),
            (2, AnyOf("*", "a.example:80", "HTTP://a.example/", "http:a", "http://a.example\\x/", "http://[::1]/", "/\u00e4", "", "/ x", "%2f"))),
        Gen.Frequency((9, Gen.Const("HTTP/1.1")), (2, Gen.Const("HTTP/1.0")), (1, AnyOf("HTTP/1.2", "HTTP/2.0", "http/1.1", " HTTP/1.1"))))
        .Select((method, target, version) => $"{method} {target} {version}");

    private static Gen<string> Field() => Gen.Frequency(
        (4, AnyOf("", "Accept: */*\r\n", "X-Empty:\r\n", "X: \t a b\t \r\n", "x:\u00e4\u00ff\r\n", "Cookie: a=b; c=d\r\n", "A-Long-Name-To-Read: v\r\n")),
        (2, AnyOf("Connection: x, keep-alive, upgrade\r\n", "Connection: keep-alive\r\n", "Expect: 100-continue\r\n", "Content-Length: 0\r\n", "content-length:00\r\n",
            "Content_Length: 5\r\n", "X-Content-Length: 7\r\n", "TE: trailers\r\n", "Upgrade: h2c\r\n")),
        (1, AnyOf("Host: a.example\r\n", "Host: A.example:80\r\n", "Host: b:0\r\n", "Host: [::1]:1\r\n", "Host: a@b\r\n", "Content-Length: +0\r\n",
            "Transfer-Encoding: identity\r\n", "Transfer-Encoding: ,chunked\r\n", " folded: x\r\n", "Sp : x\r\n", "X: a\u0001b\r\n", "X: a\0b\r\n", "X: y\n", "\u00e4: x\r\n")));

    /// <summary>Moves what follows to where a block of Kestrel's memory ends.</summary>
    private static Gen<string> Padding() => Gen.Frequency(
        (3, Gen.Const("")),
        (1, Gen.Int[3900, 4096].Select(length => $"Pad: {new string('p', length)}\r\n")));

    private static Gen<string> AnyOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static string Join(string first, string second, string third, string fourth) => first + second + third + fourth;

    private static Gen<string> Mutated(string message) => Gen.Frequency(
        (3, Gen.Const(message)),
        (2, Gen.Select(Gen.Int[0, message.Length - 1], Gen.Char["\0\t\n\r !\"#%*,/:;?@[]a5\u007f\u0080\u00ff"], Gen.Int[0, 2])
            .Select((at, letter, kind) => message[..at] + (kind < 2 ? letter : "") + message[(kind > 0 ? at + 1 : at)..])));

    /// <summary>Whether the guard lets through a message without a body, and with the next one behind it.</summary>
    private static async Task<bool> PassesAsync(string message)
    {
        using var rig = new GuardRig();
        await rig.SendAsync(message + Sentinel);
        try
        {
            return await rig.TryReadAsync() == message && await rig.TryReadAsync() == Sentinel;
        }
        catch (MalformedRequestException)
        {
            // A mutation made it chunked.
            return false;
        }
    }

    /// <summary>What the application must have seen, read from the text in the plainest way.</summary>
    private static string Expected(string message)
    {
        var lines = message.TrimStart('\r', '\n').Split("\r\n");
        var words = lines[0].Split(' ');
        var fields = lines[1..^2].Select(line => (Name: line[..line.IndexOf(':')].ToLowerInvariant(), Value: line[(line.IndexOf(':') + 1)..].Trim(' ', '\t')))
            .Where(field => IsCompared(field.Name, words[1]))
            .GroupBy(field => field.Name)
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={string.Join(',', field.Select(value => field.Key == "content-length" ? "0" : value.Value))};");
        return $"{words[0]}|{words[1]}|{string.Concat(fields)}";
    }

    // Kestrel rewrites Connection, for which the guard has a view of its own, and with an absolute target Host.
    private static bool IsCompared(string name, string target) => name != "connection" && (name != "host" || target.StartsWith('/'));

    private static async Task EchoAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var fields = request.Headers.Select(field => (Name: field.Key.ToLowerInvariant(), field.Value))
            .Where(field => IsCompared(field.Name, request.RawTarget))
            .OrderBy(field => field.Name, StringComparer.Ordinal)
            .Select(field => $"{field.Name}={string.Join(',', (IEnumerable<string?>)field.Value)};");
        var text = $"{request.Method}|{request.RawTarget}|{string.Concat(fields)}";
        context.Response.ContentLength = text.Length;
        await context.Response.WriteAsync(text, Encoding.Latin1);
    }
}
