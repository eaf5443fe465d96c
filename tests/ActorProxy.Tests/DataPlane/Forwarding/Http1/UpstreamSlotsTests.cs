using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

public sealed class UpstreamSlotsTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task Idle_connections_of_others_make_room()
    {
        await using var one = Repeating();
        await using var other = Repeating();
        using var client = new Http1Client(maxConnections: 1);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("ok", (await client.GetAsync(one.Port)).Body);
            Assert.Equal("ok", (await client.GetAsync(other.Port)).Body);
            Assert.Equal(1, client.Slots.Held);
        }
    }

    [Fact]
    public async Task A_request_without_a_free_connection_waits_for_the_connect_timeout()
    {
        await using var upstream = Repeating();
        var time = new FakeTimeProvider();
        using var client = new Http1Client(maxConnections: 1, time);
        using var busy = await client.SendAsync(Http1Client.Request("GET", upstream.Port));

        var waiting = client.SendAsync(Http1Client.Request("GET", upstream.Port));
        await Eventually.HoldsAsync(() => client.Slots.HasWaiters, "the request waits", TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(UpstreamFailureKind.NoFreeConnection, (await Assert.ThrowsAsync<UpstreamException>(() => waiting)).Kind);
        Assert.False(client.Slots.HasWaiters);
        Assert.Equal(1, client.Slots.Held);
    }

    [Fact]
    public async Task A_connection_that_becomes_free_goes_to_the_first_who_waits_for_its_upstream()
    {
        await using var upstream = Repeating();
        using var client = new Http1Client(maxConnections: 1);
        var busy = await client.SendAsync(Http1Client.Request("GET", upstream.Port));
        var waiting = Enumerable.Range(0, 5).Select(_ => client.GetAsync(upstream.Port)).ToArray();
        await Eventually.HoldsAsync(() => client.Slots.HasWaiters, "they wait", TestContext.Current.CancellationToken);

        await ReadAnswer.FromAsync(busy);

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("ok", answer.Body));
        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task A_connection_that_becomes_free_makes_room_for_those_who_wait_for_others()
    {
        await using var one = Repeating();
        await using var other = Repeating();
        using var client = new Http1Client(maxConnections: 1);
        var busy = await client.SendAsync(Http1Client.Request("GET", one.Port));
        Task<ReadAnswer>[] waiting = [client.GetAsync(other.Port), client.GetAsync(one.Port), client.GetAsync(other.Port)];
        await Eventually.HoldsAsync(() => client.Slots.HasWaiters, "they wait", TestContext.Current.CancellationToken);

        await ReadAnswer.FromAsync(busy);

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("ok", answer.Body));
        Assert.Equal(1, client.Slots.Held);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_line()
    {
        await using var upstream = Repeating();
        using var client = new Http1Client(maxConnections: 1);
        var busy = await client.SendAsync(Http1Client.Request("GET", upstream.Port));
        using var giveUp = new CancellationTokenSource();
        var waiting = client.SendUntilAsync(Http1Client.Request("GET", upstream.Port), giveUp.Token);
        await Eventually.HoldsAsync(() => client.Slots.HasWaiters, "it waits", TestContext.Current.CancellationToken);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await ReadAnswer.FromAsync(busy);

        Assert.Equal("ok", (await client.GetAsync(upstream.Port)).Body);
        Assert.Equal(1, upstream.Accepted);
    }

    [Fact]
    public async Task A_failed_connect_gives_its_slot_back()
    {
        using var client = new Http1Client(maxConnections: 1, connect: (_, _) => throw new IOException("refused"));

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => client.GetAsync(80));
            Assert.Equal(0, client.Slots.Held);
        }
    }

    [Fact]
    public async Task A_higher_bound_lets_those_who_wait_in_at_once_and_a_lower_one_ends_the_idle()
    {
        await using var upstream = Repeating();
        using var client = new Http1Client(maxConnections: 1);
        var busy = await client.SendAsync(Http1Client.Request("GET", upstream.Port));
        var waiting = client.GetAsync(upstream.Port);
        await Eventually.HoldsAsync(() => client.Slots.HasWaiters, "it waits", TestContext.Current.CancellationToken);

        client.Slots.Resize(2);
        Assert.Equal("ok", (await waiting).Body);
        Assert.Equal(2, client.Slots.Held);
        client.Slots.Resize(1);
        Assert.Equal(1, client.Slots.Held);

        Assert.Equal("ok", (await ReadAnswer.FromAsync(busy)).Body);
    }

    [Fact]
    public async Task Under_load_the_bound_holds_and_everybody_is_served()
    {
        const int Bound = 8;
        var open = 0;
        var most = 0;
        await using var one = Repeating();
        await using var other = Repeating();
        ConnectUpstream connect = async (route, cancellationToken) =>
        {
            var stream = new CountedStream(await Http1Client.ConnectAsync(route, cancellationToken), () => Interlocked.Decrement(ref open));
            InterlockedMax(ref most, Interlocked.Increment(ref open));
            return stream;
        };
        using (var client = new Http1Client(Bound, connect: connect))
        {
            var clients = Enumerable.Range(0, 32).Select(number => Task.Run(async () =>
            {
                for (var i = 0; i < 50; i++)
                {
                    Assert.Equal("ok", (await client.GetAsync((number + i) % 3 == 0 ? one.Port : other.Port)).Body);
                }
            }));
            await Task.WhenAll(clients);
            Assert.InRange(most, 1, Bound);
            Assert.InRange(client.Slots.Held, 1, Bound);
            Assert.Equal(open, client.Slots.Held);
        }

        Assert.Equal(0, open);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private static RawUpstream Repeating() => new(async connection =>
    {
        while (true)
        {
            await connection.ReadHeadAsync();
            await connection.WriteAsync(Ok);
        }
    });
}
