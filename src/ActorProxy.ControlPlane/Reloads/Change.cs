using System.Collections.Immutable;
using ActorProxy.Core.Planes;
using Akka.Actor;

namespace ActorProxy.ControlPlane.Reloads;

/// <summary>One change of the configuration that is asked for, with everyone who waits for its answer.</summary>
internal abstract record Change(ReloadTrigger Trigger, Peer? Peer, ImmutableList<IActorRef> Requesters)
{
    /// <summary>Read the file and apply what it says.</summary>
    public sealed record FromFile(
        ReloadTrigger Trigger, Peer? Peer, ImmutableList<IActorRef> Requesters, string? IfPlan, int? ConfirmSeconds)
        : Change(Trigger, Peer, Requesters)
    {
        /// <summary>A plan or a confirmation belongs to one requester alone.</summary>
        public bool CanBeShared => IfPlan is null && ConfirmSeconds is null;
    }

    /// <summary>Apply an earlier snapshot again; <c>null</c> for the one before.</summary>
    public sealed record Restore(Peer? Peer, ImmutableList<IActorRef> Requesters, long? Revision)
        : Change(ReloadTrigger.Rollback, Peer, Requesters);

    /// <summary>Keep what waits for its confirmation.</summary>
    public sealed record Keep(ImmutableList<IActorRef> Requesters) : Change(ReloadTrigger.Socket, null, Requesters);

    /// <summary>Undo what was not confirmed in time.</summary>
    public sealed record Undo() : Change(ReloadTrigger.AutoRevert, null, []);
}
