using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Configuration;
using Akka.Actor;
using Xunit;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;

namespace ActorProxy.Tests.ControlPlane.Reloads;

public sealed class ValidatorActorTests : ActorTests
{
    private readonly ScriptedLoads _loads = new();
    private readonly SnapshotStore _store = TestSnapshots.Store();
    private readonly IActorRef _validator;

    public ValidatorActorTests()
        : base("actor-proxy.config.read-timeout = 1s") =>
        _validator = Sys.ActorOf(FakeKeeper.Props(ValidatorActor.Props(_store, _loads.LoadAsync, Settings.Config, Recorded), () => { }));

    [Fact]
    public async Task A_good_file_gets_a_plan_and_what_it_would_change_and_nothing_changes()
    {
        var answer = ValidateAsync();
        (await _loads.NextAsync()).Hosts("b.example.com");

        var validated = Assert.IsType<Validated>(await answer);
        Assert.Equal(Plan.Of(1, TestSnapshots.Hosts(TestSnapshots.First, "b.example.com").Snapshot), validated.Plan);
        Assert.Equal(["b.example.com"], validated.Changes.SitesAdded);
        Assert.Equal(1, _store.Current.Revision);
        Assert.Single(_store.State.History);
    }

    [Fact]
    public async Task A_bad_file_is_answered_with_how_many_problems_and_the_log_has_them()
    {
        var answer = ValidateAsync();
        (await _loads.NextAsync()).SetResult(new LoadResult.Invalid([new Problem(3, 7, "unknown key"), new Problem(9, 1, "missing key")]));

        var failed = Assert.IsType<ValidationFailed>(await answer);
        Assert.Equal((ValidationFailure.Invalid, 2), (failed.Reason, failed.Errors));
        Assert.Contains($"CONFIG_PROBLEM ErrorId={failed.ErrorId} Line=9 Column=1 Message=missing key", Recorded.Lines);
    }

    [Fact]
    public async Task A_file_that_keeps_changing_is_named_as_such()
    {
        var answer = ValidateAsync();
        (await _loads.NextAsync()).SetResult(new LoadResult.ChangedDuringRead());

        Assert.Equal(ValidationFailure.ChangedDuringRead, Assert.IsType<ValidationFailed>(await answer).Reason);
    }

    [Fact]
    public async Task A_file_that_can_not_be_read_is_one_error()
    {
        var answer = ValidateAsync();
        (await _loads.NextAsync()).SetResult(new LoadResult.Unreadable("/etc/x is missing."));

        var failed = Assert.IsType<ValidationFailed>(await answer);
        Assert.Equal((ValidationFailure.Invalid, 1), (failed.Reason, failed.Errors));
        Assert.Contains($"CONFIG_INVALID ErrorId={failed.ErrorId} Reason=/etc/x is missing.", Recorded.Lines);
    }

    [Fact]
    public async Task Requests_during_a_read_share_the_next()
    {
        var first = ValidateAsync();
        var read = await _loads.NextAsync();
        var others = Enumerable.Range(0, 50).Select(_ => ValidateAsync()).ToList();
        await _validator.Ask<SupervisionMessages.Alive>(new SupervisionMessages.Probe(1), Deadline, Cancelled);
        read.Hosts("b.example.com");
        await first;
        (await _loads.NextAsync()).Hosts("c.example.com");

        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(["c.example.com"], Assert.IsType<Validated>(answer).Changes.SitesAdded));
        Assert.Equal(2, _loads.Count);
    }

    [Fact]
    public async Task A_read_that_does_not_end_is_given_up()
    {
        var answer = ValidateAsync();
        await _loads.NextAsync();

        Assert.Equal(ValidationFailure.Failed, Assert.IsType<ValidationFailed>(await answer).Reason);
    }

    [Fact]
    public async Task A_crash_answers_those_who_wait()
    {
        var reading = ValidateAsync();
        var read = await _loads.NextAsync();
        read.SetException(new IOException("disk on fire"));

        Assert.Equal(ValidationFailure.Failed, Assert.IsType<ValidationFailed>(await reading).Reason);

        var next = ValidateAsync();
        (await _loads.NextAsync()).Hosts("b.example.com");
        Assert.IsType<Validated>(await next);
    }

    private Task<object> ValidateAsync() => _validator.Ask<object>(new Validate(), Deadline, Cancelled);
}
