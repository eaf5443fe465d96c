using ActorProxy.Core.Planes;
using ActorProxy.DataPlane;
using ActorProxy.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane;

public sealed class SnapshotsInUseTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_live_snapshot_is_listed_even_when_nobody_uses_it()
    {
        var live = TestRoutes.Live(TestRoutes.Config());

        Assert.Equal([new SnapshotInUse(1, 0, 0)], live.InUse(_time));
    }

    [Fact]
    public void An_older_one_is_listed_while_requests_run_on_it_with_the_age_of_the_oldest()
    {
        var first = TestRoutes.Table(TestRoutes.Config());
        var live = new LiveRouting(first);
        var users = Enumerable.Range(0, 3).Select(_ => Begin(first)).ToArray();
        var second = TestRoutes.Table(TestRoutes.Config(), revision: 2);
        live.Swap(second);
        var newer = Begin(second);

        // Each began two seconds before the next.
        Assert.Equal([new SnapshotInUse(1, 3, 8), new SnapshotInUse(2, 1, 2)], live.InUse(_time));
        first.Use.End(users[0]);
        Assert.Equal([new SnapshotInUse(1, 2, 6), new SnapshotInUse(2, 1, 2)], live.InUse(_time));
        first.Use.End(users[2]);
        first.Use.End(users[1]);
        second.Use.End(newer);
        Assert.Equal([new SnapshotInUse(2, 0, 0)], live.InUse(_time));
    }

    [Fact]
    public async Task A_request_keeps_the_snapshot_it_began_with()
    {
        var go = new TaskCompletionSource();
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await go.Task;
            await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
        });
        await using var front = await ProxyFront.StartAsync(TestRoutes.Site("a.test", upstream.Port));
        await using var client = await front.RawAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await Eventually.HoldsAsync(() => upstream.Accepted == 1, "the request", TestContext.Current.CancellationToken);

        front.Live.Swap(TestRoutes.Table(TestRoutes.Config(TestRoutes.Listener()), front.Metrics, revision: 2));

        Assert.Equal([1, 0], front.Live.InUse(TimeProvider.System).Select(used => used.Requests));
        await using var later = await front.RawAsync();
        await later.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", await later.ReadHeadAsync());
        go.SetResult();
        Assert.StartsWith("HTTP/1.1 204 ", await client.ReadHeadAsync());
        await Eventually.HoldsAsync(() => front.Live.InUse(TimeProvider.System).Count == 1, "its end", TestContext.Current.CancellationToken);
    }

    private SnapshotUser Begin(RoutingTable table)
    {
        var user = new User(_time.GetTimestamp());
        table.Use.Begin(user);
        _time.Advance(TimeSpan.FromSeconds(2));
        return user;
    }

    private sealed class User : SnapshotUser
    {
        public User(long began) => Began = began;
    }
}
