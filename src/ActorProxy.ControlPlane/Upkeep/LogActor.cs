using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Configuration;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Owns the log's level and the order to open its file anew.</summary>
internal sealed class LogActor : ControlPlaneActor
{
    private readonly IActorRef _config;
    private readonly Guid _incarnation = Guid.NewGuid();
    private (long Attempt, LogLevelName Level)? _prepared;

    public LogActor(IActorRef config, LogLevels levels, Action reopen, ILogger logger)
    {
        _config = config;
        Receive<LogMessages.SetLevel>(set =>
        {
            levels.Set(set.Level);
            logger.LevelSet(SnakeCase.Of(set.Level));
            Sender.Tell(new LogMessages.Done());
        });
        Receive<LogMessages.Reopen>(_ =>
        {
            reopen();
            Sender.Tell(new LogMessages.Done());
        });
        Receive<ParticipantMessages.Current>(current =>
        {
            levels.Configure(current.Snapshot.Config.Logging.Level);
            Sender.Tell(new ParticipantMessages.Applied(current.Snapshot.Revision));
        });
        Receive<ParticipantMessages.Prepare>(prepare =>
        {
            _prepared = (prepare.Attempt, prepare.Snapshot.Config.Logging.Level);
            Sender.Tell(new ParticipantMessages.Prepared(prepare.Attempt));
        });
        Receive<ParticipantMessages.Commit>(
            commit =>
            {
                levels.Configure(_prepared!.Value.Level);
                Sender.Tell(new ParticipantMessages.Committed(commit.Attempt));
            },
            commit => _prepared?.Attempt == commit.Attempt);
        Receive<ParticipantMessages.Abort>(_ => _prepared = null);
        Receive<ParticipantMessages.Resubscribe>(_ => Subscribe());
    }

    /// <summary>How it is made.</summary>
    /// <param name="config">Whose changes it takes part in.</param>
    /// <param name="levels">Where a level is applied.</param>
    /// <param name="reopen">Opens the log file anew. Must not block.</param>
    /// <param name="logger">Says what was set.</param>
    public static Props Props(IActorRef config, LogLevels levels, Action reopen, ILogger logger) =>
        Akka.Actor.Props.Create(() => new LogActor(config, levels, reopen, logger));

    protected override void PreStart()
    {
        base.PreStart();
        Subscribe();
    }

    private void Subscribe() => _config.Tell(new ParticipantMessages.Subscribe(ActorNames.Log, _incarnation));
}
