using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Planes;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Turns signals into messages to those whom they concern.</summary>
internal sealed class SignalsActor : ControlPlaneActor
{
    public SignalsActor(IActorRef config, IActorRef log, ILogger logger)
    {
        Receive<SignalMessages.HangUp>(_ =>
        {
            logger.Signal("SIGHUP");
            config.Tell(new ConfigMessages.Reload(ReloadTrigger.Sighup), ActorRefs.NoSender);
        });
        Receive<SignalMessages.User1>(_ =>
        {
            logger.Signal("SIGUSR1");
            log.Tell(new LogMessages.Reopen(), ActorRefs.NoSender);
        });
    }

    /// <summary>How it is made.</summary>
    /// <param name="config">Reloads.</param>
    /// <param name="log">Opens the log file anew.</param>
    /// <param name="logger">Says which signal came.</param>
    public static Props Props(IActorRef config, IActorRef log, ILogger logger) =>
        Akka.Actor.Props.Create(() => new SignalsActor(config, log, logger));
}
