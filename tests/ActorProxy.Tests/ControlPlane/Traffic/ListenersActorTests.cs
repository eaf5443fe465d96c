using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Traffic;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using Akka.Actor;
using Xunit;
using static ActorProxy.ControlPlane.Reloads.ParticipantMessages;

namespace ActorProxy.Tests.ControlPlane.Traffic;

public sealed class ListenersActorTests : ActorTests
{
    private readonly FakeListeners _sockets = new();
    private readonly StartupGate _startup = new();
    private readonly Readiness _readiness = new();
    private readonly IActorRef _listeners;
    private IActorRef _worker = ActorRefs.Nobody;

    public ListenersActorTests()
        : base("actor-proxy.listeners { rebind-min = 20ms, rebind-max = 100ms, reconcile-interval = 300ms }")
    {
        var keepers = new KeeperParts(
            Settings.Supervision, new RestartLedger(TimeProvider.System), _readiness, (_, _) => { }, TimeProvider.System, Recorded);
        _listeners = Sys.ActorOf(FakeKeeper.Props(
            ListenersActor.Props(
                TestActor,
                new ListenersParts
                {
                    Listeners = _sockets,
                    Startup = _startup,
                    Readiness = _readiness,
                    Drain = TimeSpan.FromSeconds(3),
                    Keepers = keepers,
                    Settings = Settings.Listeners,
                    Log = Recorded,
                }),
            () => { }));
    }

    [Fact]
    public async Task At_the_start_every_address_is_bound_and_opened()
    {
        await StartAsync(1001, 1002);

        Assert.Equal(Addresses(1001, 1002), _sockets.Open.ToHashSet());
        Assert.False(_readiness.IsDegraded);
    }

    [Fact]
    public async Task A_taken_port_at_the_start_refuses_it_and_lets_go_the_others()
    {
        _sockets.Taken[Address(1002)] = "127.0.0.1:1002 is taken.";

        await ExpectMsgAsync<Subscribe>(cancellationToken: Cancelled);
        LastSender.Tell(new Current(Snapshot(1, 1001, 1002)), TestActor);

        Assert.Equal(new StartResult.Refused("127.0.0.1:1002 is taken."), await _startup.Ended.WaitAsync(Deadline, Cancelled));
        await Eventually.HoldsAsync(() => _sockets.Bound.Count == 0, "let go", Cancelled);
    }

    [Fact]
    public async Task New_sockets_are_bound_in_prepare_and_opened_in_commit_and_removed_ones_drain()
    {
        await StartAsync(1001, 1002);

        await PreparedAsync(1, Snapshot(2, 1002, 1003));
        Assert.Equal(Addresses(1001, 1002, 1003), _sockets.Bound.ToHashSet());
        Assert.Equal(Addresses(1001, 1002), _sockets.Open.ToHashSet());

        await CommittedAsync(1);
        Assert.Equal(Addresses(1002, 1003), _sockets.Open.ToHashSet());
        Assert.Contains("close 127.0.0.1:1001 3", _sockets.Calls);
        Assert.Single(_sockets.Calls, call => call == "bind 127.0.0.1:1002");
    }

    [Fact]
    public async Task A_taken_port_refuses_the_change_and_leaves_all_as_it_was()
    {
        await StartAsync(1001);
        _sockets.Taken[Address(1003)] = "127.0.0.1:1003 is taken.";

        _worker.Tell(new Prepare(1, Snapshot(2, 1002, 1003)), TestActor);

        Assert.Equal("127.0.0.1:1003 is taken.", (await ExpectMsgAsync<Refused>(cancellationToken: Cancelled)).Reason);
        await Eventually.HoldsAsync(() => _sockets.Bound.Count == 1, "let go", Cancelled);
        Assert.Equal(Addresses(1001), _sockets.Open.ToHashSet());
    }

    [Fact]
    public async Task An_aborted_change_lets_its_sockets_go()
    {
        await StartAsync(1001);
        await PreparedAsync(1, Snapshot(2, 1001, 1002));

        _worker.Tell(new Abort(1), TestActor);

        await Eventually.HoldsAsync(() => _sockets.Bound.Count == 1, "let go", Cancelled);
        await PreparedAsync(2, Snapshot(2, 1001, 1003));
    }

    [Fact]
    public async Task A_change_that_is_aborted_while_it_binds_lets_its_sockets_go()
    {
        await StartAsync(1001);
        _sockets.Hold = new TaskCompletionSource();
        _worker.Tell(new Prepare(1, Snapshot(2, 1001, 1002)), TestActor);
        _worker.Tell(new Abort(1), TestActor);
        await Eventually.HoldsAsync(() => _sockets.Calls.Contains("bind 127.0.0.1:1002"), "bind", Cancelled);

        _sockets.Hold.SetResult();

        await Eventually.HoldsAsync(() => _sockets.Calls.Contains("close 127.0.0.1:1002 0"), "let go", Cancelled);
        Assert.Equal(Addresses(1001), _sockets.Bound.ToHashSet());
    }

    [Fact]
    public async Task A_listener_that_fails_is_bound_again_with_back_off_while_the_others_never_notice()
    {
        await StartAsync(1001, 1002);
        _sockets.Taken[Address(1001)] = "127.0.0.1:1001 is taken.";

        _sockets.Fail(Address(1001));

        await Eventually.HoldsAsync(() => _sockets.Calls.Count(call => call == "bind 127.0.0.1:1001") > 3, "tries", Cancelled);
        Assert.True(_readiness.IsDegraded);
        _sockets.Taken.Clear();
        await Eventually.HoldsAsync(() => _sockets.Open.Count == 2, "bound again", Cancelled);
        await Eventually.HoldsAsync(() => !_readiness.IsDegraded, "ready", Cancelled);
        Assert.Single(_sockets.Calls, call => call == "bind 127.0.0.1:1002");
    }

    [Fact]
    public async Task A_failure_that_nobody_reported_is_found()
    {
        await StartAsync(1001);

        await ((IListeners)_sockets).CloseAsync(Address(1001), TimeSpan.Zero);

        await Eventually.HoldsAsync(() => _sockets.Open.Count == 1, "bound again", Cancelled);
    }

    [Fact]
    public async Task A_reload_goes_on_while_a_listener_is_down()
    {
        await StartAsync(1001, 1002);
        _sockets.Taken[Address(1001)] = "127.0.0.1:1001 is taken.";
        _sockets.Fail(Address(1001));
        await Eventually.HoldsAsync(() => _readiness.IsDegraded, "degraded", Cancelled);

        await PreparedAsync(1, Snapshot(2, 1002));
        await CommittedAsync(1);

        Assert.False(_readiness.IsDegraded);
        Assert.Equal(Addresses(1002), _sockets.Open.ToHashSet());
    }

    [Fact]
    public async Task A_crash_touches_no_socket_and_what_was_prepared_is_let_go()
    {
        await StartAsync(1001);
        await PreparedAsync(1, Snapshot(2, 1001, 1002));
        var before = _sockets.Calls.Count;

        _listeners.Tell(new SupervisionMessages.Crash());
        await SubscribedAsync(Snapshot(1, 1001));

        Assert.Equal(Addresses(1001), _sockets.Open.ToHashSet());
        Assert.Equal(["close 127.0.0.1:1002 3"], _sockets.Calls.Skip(before).Where(call => !call.StartsWith("open")));
    }

    [Fact]
    public async Task After_a_crash_it_catches_up_with_what_was_decided_meanwhile()
    {
        await StartAsync(1001);
        _listeners.Tell(new SupervisionMessages.Crash());

        await SubscribedAsync(Snapshot(2, 1002));

        Assert.Equal(Addresses(1002), _sockets.Open.ToHashSet());
    }

    [Fact]
    public async Task A_change_that_arrives_while_it_catches_up_waits()
    {
        await StartAsync(1001);
        _listeners.Tell(new SupervisionMessages.Crash());
        await ExpectMsgAsync<Subscribe>(cancellationToken: Cancelled);
        _sockets.Hold = new TaskCompletionSource();
        LastSender.Tell(new Current(Snapshot(1, 1001, 1002)), TestActor);
        LastSender.Tell(new Prepare(7, Snapshot(2, 1001, 1002, 1003)), TestActor);

        _sockets.Hold.SetResult();

        await ExpectMsgAsync<Applied>(cancellationToken: Cancelled);
        await ExpectMsgAsync<Prepared>(cancellationToken: Cancelled);
    }

    [Fact]
    public async Task An_abandoned_incarnation_touches_no_socket()
    {
        await StartAsync(1001);
        await PreparedAsync(1, Snapshot(2, 1002));
        _sockets.Observer = null;

        _worker.Tell(new Commit(1), TestActor);

        // It fails instead, and begins again as the newest.
        await ExpectMsgAsync<Subscribe>(cancellationToken: Cancelled);
        Assert.DoesNotContain(_sockets.Calls, call => call.StartsWith("close 127.0.0.1:1001"));
    }

    [Fact]
    public async Task While_the_proxy_stops_no_listener_comes_back()
    {
        await StartAsync(1001);
        _readiness.Drain();
        _sockets.Fail(Address(1001));
        var binds = _sockets.Calls.Count(call => call.StartsWith("bind"));

        _worker.Tell(new Prepare(1, Snapshot(2, 1001, 1002)), TestActor);
        Assert.Equal("The proxy is stopping.", (await ExpectMsgAsync<Refused>(cancellationToken: Cancelled)).Reason);
        _worker.Tell(new ListenersMessages.BindDue(Address(1001)), TestActor);
        await _listeners.Ask<SupervisionMessages.Alive>(new SupervisionMessages.Probe(1), Deadline, Cancelled);

        Assert.Equal(binds, _sockets.Calls.Count(call => call.StartsWith("bind")));
        Assert.Empty(_sockets.Bound);
    }

    private static ListenAddress Address(int port) => TestSnapshots.Address(port);

    private static HashSet<ListenAddress> Addresses(params int[] ports) => [.. ports.Select(Address)];

    private static Snapshot Snapshot(long revision, params int[] ports) =>
        TestSnapshots.Of(revision, TestSnapshots.Config([.. ports.Select(port => TestSnapshots.Listener(port, $"{port}.example.com"))]));

    private async Task StartAsync(params int[] ports)
    {
        await SubscribedAsync(Snapshot(1, ports));
        _startup.Built(new ControlPlaneRefs(_worker, _worker, _worker, _worker, _worker));
        _startup.Succeed();
    }

    private async Task SubscribedAsync(Snapshot current)
    {
        await ExpectMsgAsync<Subscribe>(cancellationToken: Cancelled);
        _worker = LastSender;
        _worker.Tell(new Current(current), TestActor);
        Assert.Equal(new Applied(current.Revision), await ExpectMsgAsync<Applied>(cancellationToken: Cancelled));
    }

    private async Task PreparedAsync(long attempt, Snapshot snapshot)
    {
        _worker.Tell(new Prepare(attempt, snapshot), TestActor);
        Assert.Equal(new Prepared(attempt), await ExpectMsgAsync<Prepared>(cancellationToken: Cancelled));
    }

    private async Task CommittedAsync(long attempt)
    {
        _worker.Tell(new Commit(attempt), TestActor);
        Assert.Equal(new Committed(attempt), await ExpectMsgAsync<Committed>(cancellationToken: Cancelled));
    }
}
