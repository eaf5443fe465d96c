using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Planes;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Traffic;

/// <summary>Builds routes, limits and certificates of each snapshot aside, and swaps them in. Requests never wait for it.</summary>
internal sealed class DataPlaneActor : ControlPlaneActor
{
    private readonly IActorRef _config;
    private readonly Guid _incarnation = Guid.NewGuid();
    private (long Attempt, IPreparedRouting Routing)? _prepared;

    public DataPlaneActor(IActorRef config, IDataPlane dataPlane)
    {
        _config = config;
        Receive<ParticipantMessages.Current>(current =>
        {
            _prepared = null;
            // After a crash of ours the data plane usually runs it already.
            if (dataPlane.Live.Revision < current.Snapshot.Revision)
            {
                dataPlane.Prepare(current.Snapshot).Commit();
            }

            Sender.Tell(new ParticipantMessages.Applied(current.Snapshot.Revision));
        });
        Receive<ParticipantMessages.Prepare>(prepare =>
        {
            _prepared = (prepare.Attempt, dataPlane.Prepare(prepare.Snapshot));
            Sender.Tell(new ParticipantMessages.Prepared(prepare.Attempt));
        });
        Receive<ParticipantMessages.Commit>(
            commit =>
            {
                _prepared!.Value.Routing.Commit();
                Sender.Tell(new ParticipantMessages.Committed(commit.Attempt));
            },
            commit => _prepared?.Attempt == commit.Attempt);
        Receive<ParticipantMessages.Abort>(_ => _prepared = null);
        Receive<ParticipantMessages.Resubscribe>(_ => Subscribe());
    }

    /// <summary>How it is made.</summary>
    /// <param name="config">Whose changes it takes part in.</param>
    /// <param name="dataPlane">Where they become live.</param>
    public static Props Props(IActorRef config, IDataPlane dataPlane) =>
        Akka.Actor.Props.Create(() => new DataPlaneActor(config, dataPlane));

    protected override void PreStart()
    {
        base.PreStart();
        Subscribe();
    }

    private void Subscribe() => _config.Tell(new ParticipantMessages.Subscribe(ActorNames.DataPlane, _incarnation));
}
