using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;

namespace ActorProxy.Tests.ControlPlane;

/// <summary>Restarts its child without a limit, forwards to it, and says when an incarnation begins.</summary>
internal sealed class FakeKeeper : ReceiveActor
{
    public FakeKeeper(Props child, Action began)
    {
        var kept = Context.ActorOf(child, "kept");
        Receive<SupervisionMessages.Started>(_ => began());
        ReceiveAny(message => kept.Forward(message));
    }

    public static Props Props(Props child, Action began) => Akka.Actor.Props.Create(() => new FakeKeeper(child, began));

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(-1, -1, _ => Directive.Restart, loggingEnabled: false);
}
