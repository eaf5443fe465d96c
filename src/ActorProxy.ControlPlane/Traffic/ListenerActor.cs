using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Configuration;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Traffic;

/// <summary>Sees to it that one address is bound: decides when it is tried again after a failure.</summary>
internal sealed class ListenerActor : ControlPlaneActor, IWithTimers
{
    private readonly ListenAddress _address;
    private readonly IActorRef _listeners;
    private readonly BackOff _backOff;

    public ListenerActor(ListenAddress address, IActorRef listeners, ListenersSettings settings)
    {
        _address = address;
        _listeners = listeners;
        _backOff = new BackOff(settings.RebindMin, settings.RebindMax);
        Receive<ListenersMessages.NotBound>(_ => Timers.StartSingleTimer(nameof(TryDue), new TryDue(), _backOff.Next()));
        Receive<ListenersMessages.Serving>(_ =>
        {
            Timers.Cancel(nameof(TryDue));
            _backOff.Reset();
        });
        Receive<TryDue>(_ => Ask());
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="listeners">Who binds.</param>
    /// <param name="settings">How long it waits between tries.</param>
    public static Props Props(ListenAddress address, IActorRef listeners, ListenersSettings settings) =>
        Akka.Actor.Props.Create(() => new ListenerActor(address, listeners, settings));

    // After a crash it has forgotten how its address does.
    protected override void PreStart()
    {
        base.PreStart();
        Ask();
    }

    private void Ask() => _listeners.Tell(new ListenersMessages.BindDue(_address));

    private sealed record TryDue;
}
