using System.Net.Sockets;
using ActorProxy.DataPlane.Listeners;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class AcceptFailuresTests
{
    [Fact]
    public void Failures_are_reported_once_in_ten_seconds_with_their_count()
    {
        var time = new FakeTimeProvider();
        var failures = new AcceptFailures(time);

        Assert.Equal(1, failures.Count());
        Assert.Equal(0, failures.Count());
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, failures.Count());
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(3, failures.Count());
        Assert.Equal(0, failures.Count());
    }

    [Fact]
    public void The_wait_doubles_from_ten_milliseconds_to_just_below_a_second_and_begins_anew_after_a_success()
    {
        var backoff = new AcceptBackoff();

        var waits = Enumerable.Range(0, 9).Select(_ => (int)backoff.Failed().TotalMilliseconds).ToArray();
        backoff.Succeeded();

        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 900, 900], waits);
        Assert.Equal(10, backoff.Failed().TotalMilliseconds);
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, true)]
    [InlineData(SocketError.NoBufferSpaceAvailable, true)]
    [InlineData(SocketError.ConnectionAborted, true)]
    [InlineData(SocketError.NotSocket, false)]
    [InlineData(SocketError.InvalidArgument, false)]
    public void A_broken_socket_is_told_from_a_bad_moment(SocketError error, bool passes) =>
        Assert.Equal(passes, AcceptBackoff.IsPassing(new SocketException((int)error)));
}
