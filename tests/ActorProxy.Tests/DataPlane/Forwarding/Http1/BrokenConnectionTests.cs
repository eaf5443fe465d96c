using ActorProxy.DataPlane.FastPath;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Forwarding.Http1;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>A connection that breaks is the upstream's doing, whichever write or read finds out.</summary>
public sealed class BrokenConnectionTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_chunked_upload_that_can_not_go_on_is_no_fault_of_the_client(int writes)
    {
        using var connection = new FailingStream(writes);
        using var client = new Http1Client(connect: (_, _) => ValueTask.FromResult<Stream>(connection));
        var content = new PushContent(async push =>
        {
            // Otherwise the head would wait for the first piece, and both be one write.
            await connection.FirstWrite;
            await push("abc");
        });

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => client.SendAsync(Http1Client.Request("PUT", 1, content: content)));

        Assert.Equal(UpstreamFailureKind.Closed, failure.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_request_without_a_body_fails_as_the_general_client_s_does(int writes)
    {
        using var reading = new FailingStream(writes);
        using var pools = new UpstreamPools((_, _) => ValueTask.FromResult<Stream>(reading), new UpstreamSlots(10, _time), _time);
        var route = Http1Client.Route(1);
        using var clock = new ExchangeClocks(_time).Begin(route, limitsDrip: false);
        var exchange = new BodilessExchange(pools);
        exchange.Begin(clock, isHead: false);

        var sending = exchange.ReachAsync(route, new byte[10], new ClientHead(new HttpDate(_time))).AsTask();
        reading.Dispose();
        var failure = await Assert.ThrowsAsync<UpstreamException>(() => sending);

        Assert.Equal(UpstreamFailureKind.Closed, failure.Kind);
        Assert.Equal("closed", UpstreamFailure.Of(ExchangeTimeout.None, failure).Word);
        exchange.End();
    }

    [Fact]
    public async Task A_clock_that_ran_out_before_the_exchange_began_ends_it()
    {
        using var pools = new UpstreamPools((_, _) => ValueTask.FromResult<Stream>(new FailingStream(1)), new UpstreamSlots(10, _time), _time);
        var route = Http1Client.Route(1);
        using var clock = new ExchangeClocks(_time).Begin(route, limitsDrip: false);
        var exchange = new BodilessExchange(pools);
        _time.Advance(route.ConnectTimeout + TimeSpan.FromSeconds(1));

        exchange.Begin(clock, isHead: false);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => exchange.ReachAsync(route, new byte[10], new ClientHead(new HttpDate(_time))).AsTask());
        Assert.Throws<OperationCanceledException>(exchange.Start);
        exchange.End();
    }

    [Fact]
    public async Task An_end_that_we_made_is_no_end_of_an_answer_without_a_length()
    {
        using var stream = new AbruptStream("HTTP/1.1 200 OK\r\n\r\nabc");
        using var pools = new UpstreamPools((_, _) => ValueTask.FromResult<Stream>(stream), new UpstreamSlots(10, _time), _time);
        var route = Http1Client.Route(1);
        using var clock = new ExchangeClocks(_time).Begin(route, limitsDrip: false);
        var exchange = new BodilessExchange(pools);
        exchange.Begin(clock, isHead: false);
        await exchange.ReachAsync(route, new byte[10], new ClientHead(new HttpDate(_time)));
        await using var body = exchange.OpenBody();
        Assert.Equal(3, await body.ReadAsync(new byte[10], TestContext.Current.CancellationToken));

        var reading = body.ReadAsync(new byte[10], TestContext.Current.CancellationToken).AsTask();
        exchange.Cancel(clock);

        await Assert.ThrowsAsync<UpstreamException>(() => reading);
        exchange.End();
    }
}
