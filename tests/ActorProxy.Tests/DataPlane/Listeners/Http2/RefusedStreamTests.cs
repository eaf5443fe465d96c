using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http2;

/// <summary>What Kestrel refuses by itself never reaches the pipeline, and has its line all the same.</summary>
public sealed class RefusedStreamTests
{
    private const string Refused = "REQUEST    400 -";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(":authority", "user@site.test")]
    [InlineData(":authority", "a,b")]
    [InlineData(":path", "no-slash")]
    [InlineData(":path", "/%00")]
    [InlineData(":method", "G ET")]
    public async Task A_refused_stream_has_one_line_and_served_ones_have_none_of_it(string field, string value)
    {
        var port = FreePorts.Take(1)[0];
        await using var served = await ServedDataPlane.StartAsync(
            ServedDataPlane.Config(ServedDataPlane.Listener(port)), context => context.Response.WriteAsync("served", Stop));
        await using (var connection = await TestClient.ConnectTlsAsync(port, Stop, http2: true))
        {
            await using var client = await Http2RawClient.BeginAsync(new RawClient(connection.Stream));
            Assert.Equal("200 served", await client.AskAsync(Http2RawClient.Get("site.test")));

            var answer = await client.AskAsync(Http2RawClient.Get("site.test").Select(good => good.Name == field ? (field, value) : good));

            Assert.Equal("reset", answer);
            await Eventually.HoldsAsync(() => served.Log.Lines.Count == 1, "a line", Stop);
            Assert.Equal("200 served", await client.AskAsync(Http2RawClient.Get("site.test")));
        }

        await Eventually.HoldsAsync(() => served.Metrics.Connections == 0, "the connection ends", Stop);
        Assert.Equal([Refused], served.Log.Lines);
    }

    [Fact]
    public async Task A_request_that_is_reset_before_it_has_a_thread_is_not_one_that_was_refused()
    {
        const int Many = 50;
        var port = FreePorts.Take(1)[0];
        var requests = 0;
        await using var served = await ServedDataPlane.StartAsync(ServedDataPlane.Config(ServedDataPlane.Listener(port)), _ =>
        {
            Interlocked.Increment(ref requests);
            return Task.CompletedTask;
        });
        await using (var connection = await TestClient.ConnectTlsAsync(port, Stop, http2: true))
        {
            await using var client = await Http2RawClient.BeginAsync(new RawClient(connection.Stream));

            // Twice the largest window is an error of the stream (RFC 9113 §6.9.1).
            await client.SendAsync(Enumerable.Range(0, Many).SelectMany(_ => (byte[][])
            [
                client.Head(Http2RawClient.Get("site.test"), out var stream),
                Http2Frames.Frame(type: 8, flags: 0, stream, [0x7f, 0xff, 0xff, 0xff]),
            ]));
            await Eventually.HoldsAsync(() => Volatile.Read(ref requests) == Many, "all begin", Stop);
        }

        await Eventually.HoldsAsync(() => served.Metrics.Connections == 0, "the connection ends", Stop);
        Assert.Empty(served.Log.Lines);
    }

    [Fact]
    public async Task A_head_that_ends_its_connection_has_a_line()
    {
        var port = FreePorts.Take(1)[0];
        await using var served = await ServedDataPlane.StartAsync(
            ServedDataPlane.Config(ServedDataPlane.Listener(port)), context => context.Response.WriteAsync("served", Stop));
        await using var connection = await TestClient.ConnectTlsAsync(port, Stop, http2: true);
        await using var client = await Http2RawClient.BeginAsync(new RawClient(connection.Stream));

        Assert.Equal("goaway", await client.AskAsync([.. Http2RawClient.Get("site.test"), ("Upper", "x")]));

        await Eventually.HoldsAsync(() => served.Log.Lines.Count == 1, "a line", Stop);
        Assert.Equal([Refused], served.Log.Lines);
    }
}
