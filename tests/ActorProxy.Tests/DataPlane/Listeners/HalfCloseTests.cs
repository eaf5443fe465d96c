using System.Security.Authentication;
using System.Text;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

/// <summary>Clients that send no more: those that say so are answered, those that merely stop have gone.</summary>
public sealed class HalfCloseTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource<CancellationToken> _asked = new();
    private readonly TaskCompletionSource _answer = new();
    private readonly int[] _ports = FreePorts.Take(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_client_that_announces_its_end_gets_its_answer_and_then_the_proxys_end(SslProtocols protocols)
    {
        await using var served = await StartAsync();
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Stop, protocols: protocols);
        await client.GetAsync(Stop);
        var aborted = await _asked.Task;

        await client.Tls.ShutdownAsync();
        client.EndInput();
        await LooksAsync();

        Assert.False(aborted.IsCancellationRequested);
        _answer.SetResult();
        Assert.Contains("late", Encoding.Latin1.GetString(await client.ReadToEndAsync(Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_whose_input_ends_unannounced_has_gone()
    {
        await using var served = await StartAsync();
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Stop);
        await client.GetAsync(Stop);
        var aborted = await _asked.Task;

        client.EndInput();

        await Eventually.HoldsAsync(() => aborted.IsCancellationRequested, "its request ends", Stop);
        _answer.SetResult();
    }

    [Fact]
    public async Task A_client_that_announced_its_end_and_then_goes_is_noticed()
    {
        await using var served = await StartAsync();
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Stop);
        await client.GetAsync(Stop);
        var aborted = await _asked.Task;
        await client.Tls.ShutdownAsync();
        client.EndInput();
        await LooksAsync();
        Assert.False(aborted.IsCancellationRequested);

        client.Reset();

        await Eventually.HoldsAsync(() => aborted.IsCancellationRequested, "its request ends", Stop);
        _answer.SetResult();
    }

    [Fact]
    public async Task Of_a_client_that_only_sends_no_more_the_kernel_is_asked_whether_it_is_still_there()
    {
        await using var served = await StartAsync();
        await using var client = await TestClient.ConnectAsync(_ports[1], Stop);
        await client.GetAsync(Stop);
        await _asked.Task;
        Assert.False(IsProbed(client.LocalPort));

        client.EndInput();

        await Eventually.HoldsAsync(() => IsProbed(client.LocalPort), "its keep-alive timer runs", Stop);
        _answer.SetResult();
    }

    [Fact]
    public async Task A_client_of_http2_whose_input_ends_has_gone()
    {
        await using var served = await StartAsync();
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Stop, http2: true);
        await using var http2 = await Http2RawClient.BeginAsync(new RawClient(client.Stream));
        await http2.SendAsync([http2.Head(Http2RawClient.Get("site.test"), out _)]);
        var aborted = await _asked.Task;

        await client.Tls.ShutdownAsync();
        client.EndInput();

        await Eventually.HoldsAsync(() => aborted.IsCancellationRequested, "its request ends", Stop);
        _answer.SetResult();
    }

    [Fact]
    public async Task A_client_in_clear_is_answered_however_soon_its_input_ends()
    {
        _answer.SetResult();
        await using var served = await StartAsync();

        for (var round = 0; round < 50; round++)
        {
            await using var client = await TestClient.ConnectAsync(_ports[1], Stop);
            await client.GetAsync(Stop);
            client.EndInput();
            Assert.Contains("late", Encoding.Latin1.GetString(await client.ReadToEndAsync(Stop)), StringComparison.Ordinal);
        }
    }

    // The proxy's end of the connection: fields 1 and 2 are its addresses and 5 is its timer, 02 the one of SO_KEEPALIVE (proc(5)).
    private bool IsProbed(int clientPort) => File.ReadLines("/proc/net/tcp")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Any(line => line[1].EndsWith($":{_ports[1]:X4}", StringComparison.Ordinal)
            && line[2].EndsWith($":{clientPort:X4}", StringComparison.Ordinal)
            && line[5].StartsWith("02:", StringComparison.Ordinal));

    // The end of input is looked at when it comes and then ten times a second.
    private static async Task LooksAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var look = 0; look < 4; look++)
        {
            await pace.WaitForNextTickAsync(Stop);
        }
    }

    private Task<ServedDataPlane> StartAsync() => ServedDataPlane.StartAsync(
        ServedDataPlane.Config(ServedDataPlane.Listener(_ports[0], _ports[1])),
        async context =>
        {
            _asked.TrySetResult(context.RequestAborted);
            await _answer.Task.WaitAsync(Deadline, Stop);
            await context.Response.WriteAsync("late", Stop);
        });
}
