using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Supervision;

public sealed class RestartLedgerTests : ActorTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RestartLedger _ledger;

    public RestartLedgerTests() => _ledger = new RestartLedger(_time);

    [Fact]
    public void It_shows_how_an_actor_does_and_how_often_it_failed()
    {
        _ledger.Register("config", ActorRefs.Nobody, longLived: true);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new ActorEntry("config", ActorState.Running, 0, null, TimeSpan.FromSeconds(5)), Assert.Single(_ledger.Actors));

        var failure = new ActorFailure(_time.GetUtcNow(), "IOException", "0a1b2c3d");
        _ledger.Failed("config", failure);
        Assert.Equal(ActorState.Restarting, _ledger.Actors[0].State);

        _ledger.Started("config");
        Assert.Equal(new ActorEntry("config", ActorState.Running, 1, failure, TimeSpan.Zero), Assert.Single(_ledger.Actors));
    }

    [Fact]
    public void Counters_outlive_their_actor()
    {
        _ledger.Register("listeners/a", ActorRefs.Nobody, longLived: true);
        _ledger.Failed("listeners/a", new ActorFailure(_time.GetUtcNow(), "deaf", "x"));

        _ledger.Unregister("listeners/a", ActorRefs.Nobody);

        Assert.Empty(_ledger.Actors);
        Assert.Equal(1, _ledger.Restarts["listeners/a"]);
        Assert.Null(_ledger.Find("listeners/a"));
    }

    [Fact]
    public void A_predecessor_that_ends_late_does_not_take_the_name_away()
    {
        _ledger.Register("config", TestActor, longLived: true);
        _ledger.Register("config", ActorRefs.Nobody, longLived: true);

        _ledger.Unregister("config", TestActor);

        Assert.Single(_ledger.Actors);
    }

    [Fact]
    public void Only_long_lived_actors_must_be_heard()
    {
        _ledger.Register("config", ActorRefs.Nobody, longLived: true);
        _ledger.Register("admin-socket/connection-1", ActorRefs.Nobody, longLived: false);
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(["config"], _ledger.SilentFor(TimeSpan.FromSeconds(3)));
        _ledger.Heard("config");
        Assert.Empty(_ledger.SilentFor(TimeSpan.FromSeconds(3)));
    }
}
