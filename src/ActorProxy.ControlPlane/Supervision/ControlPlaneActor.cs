using Akka.Actor;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>What every long-lived actor has in common, in each of its states: it answers probes and can be drilled.</summary>
public abstract class ControlPlaneActor : ReceiveActor
{
    /// <summary>Tells the parent that this incarnation has begun. An override calls it first.</summary>
    protected override void PreStart() => Context.Parent.Tell(new SupervisionMessages.Started());

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        switch (message)
        {
            case SupervisionMessages.Probe probe:
                Sender.Tell(new SupervisionMessages.Alive(probe.Number));
                return true;
            case SupervisionMessages.Crash:
                throw new DrillException();
            case SupervisionMessages.Hang hang:
                HoldThread(hang.Duration);
                return true;
            default:
                return base.AroundReceive(receive, message);
        }
    }

    // Blocks on purpose: an actor that awaits would still be heard.
    private static void HoldThread(TimeSpan duration)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(duration);
    }
}
