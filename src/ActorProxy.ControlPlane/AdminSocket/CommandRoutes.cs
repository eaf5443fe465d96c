using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Planes;
using Akka.Actor;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>Command → whom to tell; reply → answer.</summary>
/// <param name="refs">Whom to tell.</param>
/// <param name="adminSocket">The actor that holds descriptors for a drill.</param>
/// <param name="published">What needs no actor.</param>
/// <param name="requestStop">Begins a graceful stop.</param>
internal sealed class CommandRoutes(ControlPlaneRefs refs, IActorRef adminSocket, PublishedAnswers published, Action requestStop)
{
    public Route Find(AdminCommand command, ConnectedClient client) => published.To(command, client.Role) is { } answer
        ? new Route.Known(answer)
        : command switch
        {
            AdminCommand.Diff => new Route.Told(refs.Validator, new ConfigMessages.Validate(), reply => ReadValidation(reply, withPlan: false)),
            AdminCommand.Validate => new Route.Told(refs.Validator, new ConfigMessages.Validate(), reply => ReadValidation(reply, withPlan: true)),
            AdminCommand.Reload reload => new Route.Told(
                refs.Config,
                new ConfigMessages.Reload(ReloadTrigger.Socket, PeerOf(client), reload.IfPlan, reload.ConfirmSeconds),
                ReadReload),
            AdminCommand.Confirm => new Route.Told(refs.Config, new ConfigMessages.Confirm(), ReadConfirm),
            AdminCommand.Rollback rollback => new Route.Told(
                refs.Config, new ConfigMessages.Rollback(PeerOf(client), rollback.Revision), ReadRollback),
            AdminCommand.Shutdown => new Route.Known(new AdminAnswer.Done(), requestStop),
            _ => FindSmall(command),
        };

    private Route.Told FindSmall(AdminCommand command) => command switch
    {
        AdminCommand.LogLevel level => new Route.Told(refs.Log, new LogMessages.SetLevel(level.Level), ReadDone),
        AdminCommand.LogReopen => new Route.Told(refs.Log, new LogMessages.Reopen(), ReadDone),
        AdminCommand.DebugCrash crash => new Route.Told(refs.Supervisor, new SupervisionMessages.CrashActor(crash.Name), ReadDrill),
        AdminCommand.DebugHang hang => new Route.Told(
            refs.Supervisor, new SupervisionMessages.HangActor(hang.Name, TimeSpan.FromSeconds(hang.Seconds)), ReadDrill),
        AdminCommand.DebugFds fds => new Route.Told(
            adminSocket, new AdminSocketMessages.HoldDescriptors(fds.Count, TimeSpan.FromSeconds(fds.Seconds)), ReadDrill),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "a command without a route"),
    };

    private static AdminAnswer? ReadReload(object reply) => reply is ReloadAnswer answer ? ReloadAnswers.ToReload(answer) : null;

    private static AdminAnswer? ReadRollback(object reply) => reply switch
    {
        ConfigMessages.RolledBack rolledBack => new AdminAnswer.RolledBack(rolledBack.Revision, rolledBack.Restored),
        ReloadAnswer.Failed failed => ReloadAnswers.ToFailure(failed, AdminFailure.RollbackFailed),
        _ => null,
    };

    private static AdminAnswer? ReadConfirm(object reply) => reply switch
    {
        ConfigMessages.Confirmed confirmed => new AdminAnswer.Confirmed(confirmed.Revision),
        ConfigMessages.NothingToConfirm => new AdminAnswer.Refused(AdminRefusal.NothingToConfirm),
        _ => null,
    };

    private static AdminAnswer? ReadValidation(object reply, bool withPlan) => reply switch
    {
        ConfigMessages.Validated validated when withPlan => new AdminAnswer.Validated(validated.Plan, validated.Changes),
        ConfigMessages.Validated validated => new AdminAnswer.Diff(validated.Changes),
        ConfigMessages.ValidationFailed { Reason: ValidationFailure.Invalid } invalid =>
            new AdminAnswer.ConfigInvalid(invalid.Errors, invalid.ErrorId),
        ConfigMessages.ValidationFailed { Reason: ValidationFailure.ChangedDuringRead } changed =>
            new AdminAnswer.Failed(AdminFailure.ChangedDuringRead, changed.ErrorId),
        ConfigMessages.ValidationFailed failed => new AdminAnswer.Failed(AdminFailure.ValidationFailed, failed.ErrorId),
        _ => null,
    };

    private static AdminAnswer.Done? ReadDone(object reply) => reply is LogMessages.Done ? new AdminAnswer.Done() : null;

    private static AdminAnswer? ReadDrill(object reply) => reply switch
    {
        SupervisionMessages.DrillBegun or AdminSocketMessages.DescriptorsHeld => new AdminAnswer.Done(),
        SupervisionMessages.UnknownActor => new AdminAnswer.Refused(AdminRefusal.InvalidArguments),
        _ => null,
    };

    private static Peer PeerOf(ConnectedClient client) => new(client.Peer.Pid, client.Peer.Uid, client.Peer.Gid);
}
