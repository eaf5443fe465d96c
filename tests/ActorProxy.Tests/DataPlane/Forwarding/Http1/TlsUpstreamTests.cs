using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

public sealed class TlsUpstreamTests
{
    private static readonly TestCertificate Certificate = TestCertificates.SelfSigned("upstream.test");

    [Fact]
    public async Task A_connection_over_TLS_is_used_again()
    {
        var body = new string('x', 300_000);
        await using var upstream = Secure(async (tls, _) =>
        {
            while (true)
            {
                await ReadUntilAsync(tls, "\r\n\r\n");
                await WriteAsync(tls, $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\nT: x\r\n\r\n");
            }
        });
        using var client = new Http1Client(connect: ConnectAsync);

        for (var i = 0; i < 3; i++)
        {
            var answer = await client.GetAsync(upstream.Port);
            Assert.Equal((body, "t: x\n"), (answer.Body, answer.Trailers));
        }

        Assert.Equal(1, upstream.Accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task An_idle_connection_over_TLS_that_says_anything_is_dropped(string unasked)
    {
        var speak = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = Secure(async (tls, number) =>
        {
            await ReadUntilAsync(tls, "\r\n\r\n");
            await WriteAsync(tls, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            if (number == 1)
            {
                await speak.Task;
                await WriteAsync(tls, unasked);
            }
        });
        using var client = new Http1Client(connect: ConnectAsync);
        await client.GetAsync(upstream.Port);

        speak.SetResult();
        await Eventually.HoldsAsync(() => client.Slots.Held == 0, "the connection is dropped", TestContext.Current.CancellationToken);

        Assert.Equal("ok", (await client.GetAsync(upstream.Port)).Body);
    }

    [Fact]
    public async Task A_connection_that_is_cut_over_TLS_truncates_the_answer()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await using var tls = await AcceptAsync(connection);
            await ReadUntilAsync(tls, "\r\n\r\n");
            await WriteAsync(tls, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
            connection.Reset();
        });
        using var client = new Http1Client(connect: ConnectAsync);

        var exception = await Assert.ThrowsAsync<UpstreamException>(() => client.GetAsync(upstream.Port));

        Assert.Equal(UpstreamFailureKind.Closed, exception.Kind);
        Assert.Equal(0, client.Slots.Held);
    }

    [Fact]
    public async Task An_upload_and_its_answer_cross_over_TLS()
    {
        await using var upstream = Secure(async (tls, _) =>
        {
            await ReadUntilAsync(tls, "\r\n\r\n");
            await WriteAsync(tls, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var i = 0; i < 20; i++)
            {
                await ReadUntilAsync(tls, "yz\r\n");
                await WriteAsync(tls, "1\r\n.\r\n");
            }

            await ReadUntilAsync(tls, "0\r\n\r\n");
            await WriteAsync(tls, "0\r\n\r\n");
        });
        using var client = new Http1Client(connect: ConnectAsync);
        var echoed = new SemaphoreSlim(1);
        var content = new PushContent(async push =>
        {
            for (var i = 0; i < 20; i++)
            {
                await echoed.WaitAsync();
                await push(new string('x', 5000) + "yz");
            }
        });

        using var response = await client.SendAsync(Http1Client.Request("POST", upstream.Port, content: content));
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
            echoed.Release();
        }

        Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    private static RawUpstream Secure(Func<SslStream, int, Task> script) => new(async connection =>
    {
        await using var tls = await AcceptAsync(connection);
        await script(tls, connection.Number);
    });

    private static async Task<SslStream> AcceptAsync(RawUpstreamConnection connection)
    {
        var tls = new SslStream(connection.Stream, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = Certificate.Certificate }, connection.Stopping);
        return tls;
    }

    private static async ValueTask<Stream> ConnectAsync(ActorProxy.DataPlane.SiteRoute route, CancellationToken cancellationToken)
    {
        var tls = new SslStream(await Http1Client.ConnectAsync(route, cancellationToken));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "upstream.test", RemoteCertificateValidationCallback = static (_, _, _, _) => true },
            cancellationToken);
        return tls;
    }

    private static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    private static async Task ReadUntilAsync(Stream stream, string mark)
    {
        var text = new StringBuilder();
        var buffer = new byte[1];
        while (!text.ToString().EndsWith(mark, StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(buffer);
            text.Append((char)buffer[0]);
            if (text.Length > 100)
            {
                text.Remove(0, 50);
            }
        }
    }
}
