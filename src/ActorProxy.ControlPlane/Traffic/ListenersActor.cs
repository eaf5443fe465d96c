using System.Collections.Immutable;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;
using Akka.Actor;
using static ActorProxy.ControlPlane.Reloads.ParticipantMessages;
using static ActorProxy.ControlPlane.Traffic.ListenersMessages;

namespace ActorProxy.ControlPlane.Traffic;

/// <summary>
/// Keeps what is bound equal to what is configured. The sockets live in <see cref="IListeners"/>, so that no crash of an actor
/// touches them; each address has a child that sees to its being bound.
/// </summary>
internal sealed class ListenersActor : ControlPlaneActor, IWithTimers, IWithUnboundedStash
{
    private readonly IActorRef _config;
    private readonly ListenersParts _parts;
    private readonly IListeners _listeners;
    private readonly IListenerObserver _observer;
    private readonly Guid _incarnation = Guid.NewGuid();
    private readonly Dictionary<ListenAddress, IActorRef> _children = [];
    private readonly HashSet<ListenAddress> _down = [];
    private readonly HashSet<ListenAddress> _binding = [];
    private ImmutableHashSet<ListenAddress> _desired = [];
    private long _childrenMade;

    public ListenersActor(IActorRef config, ListenersParts parts)
    {
        _config = config;
        _parts = parts;
        _listeners = parts.Listeners;
        _observer = new Observer(Context.Parent);
        Unsubscribed();
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Set by Akka.</summary>
    public IStash Stash { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="config">Whose changes it takes part in.</param>
    /// <param name="parts">What it works with.</param>
    public static Props Props(IActorRef config, ListenersParts parts) => Akka.Actor.Props.Create(() => new ListenersActor(config, parts));

    protected override void PreStart()
    {
        base.PreStart();
        _listeners.Observer = _observer;
        Timers.StartPeriodicTimer(nameof(ReconcileDue), new ReconcileDue(), _parts.Settings.ReconcileInterval);
        Subscribe();
    }

    // The keepers of listeners never fail by themselves; a drill that crashes one is healed by starting it again.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

    private void Unsubscribed()
    {
        Receive<Current>(current => CatchUp(current.Snapshot, Sender));
        Receive<Resubscribe>(_ => Subscribe());
        // What is bound is examined as soon as it is known what should be.
        Receive<BindEnded>(_ => { });
        Receive<ReconcileDue>(_ => { });
        Receive<ActorBegan>(_ => { });
    }

    private void CatchingUp(Snapshot snapshot, IActorRef config, object round)
    {
        Receive<BindEnded>(ended => CaughtUp(snapshot, ended.Binding, config), ended => ReferenceEquals(ended.Round, round));
        Receive<Current>(_ => Stash.Stash());
        Receive<Prepare>(_ => Stash.Stash());
        Receive<Abort>(_ => Stash.Stash());
        Receive<ReconcileDue>(_ => { });
        WhileServing();
    }

    private void Settled()
    {
        Receive<Prepare>(prepare => Begin(prepare));
        Receive<Abort>(_ => { });
        // Of a change that was let go meanwhile.
        Receive<BindEnded>(ended => LetGo(ended.Binding.Bound));
        Receive<ReconcileDue>(_ => Reconcile());
        Receive<Current>(current => CatchUp(current.Snapshot, Sender));
        WhileServing();
    }

    private void Preparing(Change change, IActorRef config)
    {
        Receive<BindEnded>(ended => Prepared(change, ended.Binding, config), ended => ReferenceEquals(ended.Round, change));
        Receive<Abort>(_ => Become(Settled), abort => abort.Attempt == change.Attempt);
        Receive<Current>(current => CatchUp(current.Snapshot, Sender));
        Receive<ReconcileDue>(_ => { });
        WhileServing();
    }

    private void Prepared(Change change)
    {
        Receive<Commit>(
            commit =>
            {
                Apply(change);
                Sender.Tell(new Committed(commit.Attempt));
                LogOpened(change.Added);
                Become(Settled);
            },
            commit => commit.Attempt == change.Attempt);
        Receive<Abort>(
            _ =>
            {
                LetGo(change.Added);
                Become(Settled);
            },
            abort => abort.Attempt == change.Attempt);
        Receive<Current>(current => CatchUp(current.Snapshot, Sender));
        Receive<ReconcileDue>(_ => { });
        WhileServing();
    }

    private void WhileServing()
    {
        Receive<Resubscribe>(_ => Subscribe());
        Receive<ListenerFailed>(failed => MarkDown(failed.Address), failed => _desired.Contains(failed.Address));
        Receive<ListenerFailed>(_ => { });
        Receive<ActorBegan>(_ => { });
        Receive<BindDue>(due => Rebind(due.Address));
        Receive<BindTried>(tried => Tried(tried));
        Receive<DrainEnded>(ended => _parts.Log.ListenerClosed(ended.Address));
        Receive<DrainFailed>(failed => _parts.Log.DrainFailed(failed.Cause, failed.Address));
        Receive<BindCrashed>(crashed => throw new ListenersCrashedException(crashed.Cause));
    }

    private void Subscribe() => _config.Tell(new Subscribe(ActorNames.Listeners, _incarnation));

    private void CatchUp(Snapshot snapshot, IActorRef config)
    {
        var missing = Desired(snapshot).Except(_listeners.Bound);
        var extra = _listeners.Bound.Except(Desired(snapshot));
        var round = new object();
        Become(() => CatchingUp(snapshot, config, round));
        Bind(round, [.. missing], [.. extra]);
    }

    private void CaughtUp(Snapshot snapshot, Binding binding, IActorRef config)
    {
        if (_parts.Startup.IsOpen && !binding.Refusals.IsEmpty)
        {
            _parts.Startup.Refuse(binding.Reason);
            LetGo(binding.Bound);
            return;
        }

        foreach (var (address, reason) in binding.Refusals)
        {
            _parts.Log.ListenerRefused(address, reason);
        }

        var desired = Desired(snapshot);
        var extra = _listeners.Bound.Union(_desired).Except(desired);
        Apply(new Change(0, desired, Added: [.. desired], Removed: [.. extra]));
        LogOpened(binding.Bound);
        config.Tell(new Applied(snapshot.Revision));
        Become(Settled);
        Stash.UnstashAll();
    }

    private void Begin(Prepare prepare)
    {
        if (_parts.Readiness.IsDraining)
        {
            Sender.Tell(new Refused(prepare.Attempt, "The proxy is stopping."));
            return;
        }

        var desired = Desired(prepare.Snapshot);
        var change = new Change(prepare.Attempt, desired, [.. desired.Except(_desired)], [.. _desired.Except(desired)]);
        var config = Sender;
        Become(() => Preparing(change, config));
        Bind(change, change.Added, change.Removed);
    }

    private void Prepared(Change change, Binding binding, IActorRef config)
    {
        if (binding.Refusals.IsEmpty)
        {
            config.Tell(new ParticipantMessages.Prepared(change.Attempt));
            Become(() => Prepared(change));
        }
        else
        {
            LetGo(binding.Bound);
            config.Tell(new Refused(change.Attempt, binding.Reason));
            Become(Settled);
        }
    }

    private void Apply(Change change)
    {
        _desired = change.Desired;
        foreach (var address in change.Added)
        {
            Open(address);
            Employ(address);
        }

        foreach (var address in change.Removed)
        {
            Dismiss(address);
            Close(address, _parts.Drain);
        }

        PublishReadiness();
    }

    // A child asks: after a failure, at its start, or because the last try failed.
    private void Rebind(ListenAddress address)
    {
        if (_listeners.Bound.Contains(address))
        {
            MarkUp(address);
        }
        else if (_desired.Contains(address) && !_parts.Readiness.IsDraining && _binding.Add(address))
        {
            _listeners.BindAsync(address, []).PipeTo(
                Self, success: result => new BindTried(address, result), failure: cause => new BindCrashed(cause));
        }
    }

    private void Tried(BindTried tried)
    {
        _binding.Remove(tried.Address);
        if (!_desired.Contains(tried.Address))
        {
            // A reload removed it meanwhile; what is bound too much is let go by the next comparison.
            return;
        }

        if (tried.Result is BindResult.Refused refused)
        {
            _parts.Log.ListenerRefused(tried.Address, refused.Reason);
            MarkDown(tried.Address);
        }
        else
        {
            Open(tried.Address);
            LogOpened([tried.Address]);
            MarkUp(tried.Address);
        }
    }

    // Heals what a crash left between two steps: a socket nobody wants, an address whose failure nobody saw.
    private void Reconcile()
    {
        if (_parts.Readiness.IsDraining)
        {
            // The stop closes every listener, and nobody wants them back.
            return;
        }

        var bound = _listeners.Bound.ToImmutableHashSet();
        LetGo([.. bound.Except(_desired)]);
        foreach (var address in _desired.Except(bound).Where(address => !_down.Contains(address) && !_binding.Contains(address)))
        {
            MarkDown(address);
        }
    }

    private void MarkDown(ListenAddress address)
    {
        if (_down.Add(address))
        {
            _parts.Log.ListenerDown(address);
        }

        _children.GetValueOrDefault(address)?.Tell(new NotBound());
        PublishReadiness();
    }

    private void MarkUp(ListenAddress address)
    {
        _down.Remove(address);
        _children.GetValueOrDefault(address)?.Tell(new Serving());
        PublishReadiness();
    }

    private void PublishReadiness() =>
        _parts.Readiness.Publish(ActorNames.Component(ActorNames.Listeners), _down.Count == 0 ? Readiness.Ok : "degraded");

    private void Employ(ListenAddress address)
    {
        if (_children.ContainsKey(address))
        {
            return;
        }

        // Brackets are no part of a path element; the number keeps it free of one that has not ended yet.
        var path = $"{Uri.EscapeDataString(address.ToString())}-{++_childrenMade}";
        var worker = ListenerActor.Props(address, Context.Parent, _parts.Settings);
        _children[address] = Context.ActorOf(KeeperActor.Props($"{ActorNames.Listeners}/{address}", worker, _parts.Keepers), path);
    }

    private void Dismiss(ListenAddress address)
    {
        _down.Remove(address);
        if (_children.Remove(address, out var child))
        {
            Context.Stop(child);
        }
    }

    private void Open(ListenAddress address)
    {
        CheckNewest();
        _listeners.Open(address);
    }

    private void LogOpened(ImmutableArray<ListenAddress> addresses)
    {
        foreach (var address in addresses)
        {
            _parts.Log.ListenerOpen(address);
        }
    }

    private void LetGo(ImmutableArray<ListenAddress> addresses)
    {
        foreach (var address in addresses.Where(address => !_desired.Contains(address)))
        {
            Close(address, TimeSpan.Zero);
        }
    }

    private void Close(ListenAddress address, TimeSpan drain)
    {
        CheckNewest();
        _listeners.CloseAsync(address, drain).PipeTo(
            Self, success: () => new DrainEnded(address), failure: cause => new DrainFailed(address, cause));
    }

    // One that was abandoned in the middle of a message must not touch sockets when it wakes.
    private void CheckNewest()
    {
        if (_listeners.Observer != _observer)
        {
            throw new InvalidOperationException("An abandoned incarnation of the listeners' actor tried to touch a socket.");
        }
    }

    private void Bind(object round, ImmutableArray<ListenAddress> added, ImmutableArray<ListenAddress> removed) =>
        Binding.OfAsync(_listeners, added, removed).PipeTo(
            Self, success: binding => new BindEnded(round, binding), failure: cause => new BindCrashed(cause));

    private static ImmutableHashSet<ListenAddress> Desired(Snapshot snapshot) =>
        [.. snapshot.Config.Listeners.SelectMany(listener => new[] { listener.HttpsAddress, listener.HttpAddress }).OfType<ListenAddress>()];

    private sealed record Change(
        long Attempt, ImmutableHashSet<ListenAddress> Desired, ImmutableArray<ListenAddress> Added, ImmutableArray<ListenAddress> Removed);

    private sealed record BindEnded(object Round, Binding Binding);

    private sealed record BindCrashed(Exception Cause);

    private sealed record BindTried(ListenAddress Address, BindResult Result);

    private sealed record DrainEnded(ListenAddress Address);

    private sealed record DrainFailed(ListenAddress Address, Exception Cause);

    private sealed record ReconcileDue;
}
