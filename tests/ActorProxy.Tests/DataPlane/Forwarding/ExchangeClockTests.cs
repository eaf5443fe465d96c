using ActorProxy.DataPlane.Forwarding;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding;

public sealed class ExchangeClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ExchangeClocks _clocks;

    public ExchangeClockTests() => _clocks = new ExchangeClocks(_time);

    [Fact]
    public void The_connect_timeout_counts_until_a_connection_is_found()
    {
        using var clock = Clock();

        Wait(4);
        Assert.False(clock.Token.IsCancellationRequested);
        Wait(2);

        Assert.Equal(ExchangeTimeout.Connect, clock.Expired);
        Assert.True(clock.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Who_gives_up_may_hold_a_lock_as_what_waited_goes_on_elsewhere()
    {
        using var clock = Clock();
        var (caller, returned) = (Environment.CurrentManagedThreadId, false);
        var wasInside = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        clock.Token.Register(() => wasInside.SetResult(Environment.CurrentManagedThreadId == caller && !Volatile.Read(ref returned)));

        clock.GiveUp();
        Assert.True(clock.Token.IsCancellationRequested);
        Volatile.Write(ref returned, true);

        Assert.False(await wasInside.Task.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Then_the_request_timeout_counts_from_its_own_beginning()
    {
        using var clock = Clock();
        Wait(4);
        clock.Sending();

        Wait(59);
        Assert.Equal(ExchangeTimeout.None, clock.Expired);
        Wait(2);

        Assert.Equal(ExchangeTimeout.Headers, clock.Expired);
    }

    [Fact]
    public void An_upload_that_goes_on_holds_the_request_timeout_off()
    {
        using var clock = Clock(limitsDrip: false);
        clock.Sending();
        clock.UploadBegan();

        for (var piece = 0; piece < 10; piece++)
        {
            Wait(50);
            Upload(clock, 1);
        }

        Assert.Equal(ExchangeTimeout.None, clock.Expired);
    }

    [Fact]
    public void A_client_that_falls_silent_in_its_upload_is_to_blame_and_an_upstream_that_takes_nothing_is_not()
    {
        using var client = Clock(limitsDrip: false);
        client.Sending();
        client.UploadBegan();
        using var upstream = Clock(limitsDrip: false);
        upstream.Sending();
        upstream.UploadBegan();
        upstream.UploadCame(1);

        Wait(61);

        Assert.Equal(ExchangeTimeout.SlowUpload, client.Expired);
        Assert.Equal(ExchangeTimeout.Headers, upstream.Expired);
    }

    [Theory]
    [InlineData(230, true)]
    [InlineData(250, false)]
    public void An_http1_body_below_240_bytes_a_second_for_5_s_ends(int bytesPerSecond, bool ends)
    {
        using var clock = Clock();
        clock.Sending();
        clock.UploadBegan();

        for (var second = 0; second < 20 && clock.Expired == ExchangeTimeout.None; second++)
        {
            Wait(1);
            Upload(clock, bytesPerSecond);
        }

        Assert.Equal(ends ? ExchangeTimeout.SlowUpload : ExchangeTimeout.None, clock.Expired);
    }

    [Fact]
    public void Time_that_the_upstream_takes_is_not_the_clients()
    {
        using var clock = Clock();
        clock.Sending();
        clock.UploadBegan();
        Wait(3);
        clock.UploadCame(1);
        var came = _time.GetTimestamp();

        Wait(30);
        clock.UploadWent(came);
        Wait(1);
        Assert.Equal(ExchangeTimeout.None, clock.Expired);
        Wait(2);

        Assert.Equal(ExchangeTimeout.SlowUpload, clock.Expired);
    }

    [Fact]
    public void Once_the_response_has_begun_a_drip_may_go_on()
    {
        using var clock = Clock();
        clock.Sending();
        clock.UploadBegan();
        clock.ResponseBegan(upgrades: false);

        for (var second = 0; second < 1000; second++)
        {
            Wait(1);
            Upload(clock, 1);
            clock.Heard();
        }

        Assert.Equal(ExchangeTimeout.None, clock.Expired);
    }

    [Fact]
    public void Inside_a_response_each_direction_has_its_own_silence()
    {
        using var silentClient = Streaming();
        silentClient.UploadBegan();
        using var silentUpstream = Streaming();
        silentUpstream.UploadBegan();

        for (var minute = 0; minute < 11; minute++)
        {
            Wait(60);
            silentClient.Heard();
            Upload(silentUpstream, 1);
        }

        Assert.Equal(ExchangeTimeout.SilentUpload, silentClient.Expired);
        Assert.Equal(ExchangeTimeout.Stream, silentUpstream.Expired);
    }

    [Fact]
    public void A_stream_idle_timeout_of_zero_is_none()
    {
        using var clock = _clocks.Begin(
            TestRoutes.Route(TestRoutes.Site("a.test", 1) with { UpstreamStreamIdleTimeoutSecs = 0 }),
            limitsDrip: true);
        clock.Sending();
        clock.ResponseBegan(upgrades: false);

        Wait(1_000_000);

        Assert.Equal(ExchangeTimeout.None, clock.Expired);
    }

    [Fact]
    public void A_shorter_clock_that_follows_a_longer_one_is_kept()
    {
        using var clock = _clocks.Begin(
            TestRoutes.Route(TestRoutes.Site("a.test", 1) with { UpstreamConnectTimeoutSecs = 100, UpstreamRequestTimeoutSecs = 1 }),
            limitsDrip: true);
        clock.Sending();

        Wait(2);

        Assert.Equal(ExchangeTimeout.Headers, clock.Expired);
    }

    [Fact]
    public void The_next_exchange_has_a_used_clock_with_its_whole_time()
    {
        var first = Clock();
        Wait(4);
        first.Dispose();
        using var second = Clock();
        Assert.Same(first, second);

        Wait(4);
        Assert.Equal(ExchangeTimeout.None, second.Expired);
        Wait(2);

        Assert.Equal(ExchangeTimeout.Connect, second.Expired);
        Assert.True(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_clock_that_ran_out_is_not_used_again()
    {
        var first = Clock();
        Wait(6);
        first.Dispose();

        using var second = Clock();

        Assert.NotSame(first, second);
        Assert.False(second.Token.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_clock_that_an_upload_or_a_tunnel_may_still_hold_is_not_used_again(bool upload)
    {
        var first = Clock();
        first.Sending();
        if (upload)
        {
            first.UploadBegan();
            first.UploadEnded();
        }

        first.ResponseBegan(upgrades: !upload);
        first.Dispose();

        using var second = Clock();

        Assert.NotSame(first, second);
    }

    private ExchangeClock Clock(bool limitsDrip = true) => _clocks.Begin(TestRoutes.Route(TestRoutes.Site("a.test", 1)), limitsDrip);

    private ExchangeClock Streaming()
    {
        var clock = Clock();
        clock.Sending();
        clock.ResponseBegan(upgrades: false);
        return clock;
    }

    private void Upload(ExchangeClock clock, int bytes)
    {
        clock.UploadCame(bytes);
        clock.UploadWent(_time.GetTimestamp());
    }

    private void Wait(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
