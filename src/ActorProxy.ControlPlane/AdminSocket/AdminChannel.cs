using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Planes;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>
/// What of the admin socket outlives its actors: the thread that accepts, the socket and its file. Made by the host and disposed by
/// it last, which removes the socket file whatever the actors did.
/// </summary>
public sealed class AdminChannel : IDisposable
{
    private readonly AdminChannelParts _parts;

    /// <summary>Starts the thread; nothing is bound before the actor asks for it.</summary>
    /// <param name="parts">What it works with.</param>
    public AdminChannel(AdminChannelParts parts)
    {
        _parts = parts;
        Parser = new AdminCommandParser(parts.Token, parts.Admin.DebugCommands);
        Published = new PublishedAnswers(parts.State, parts.Admin.DebugCommands);
        Thread = new AdminThread(new AdminThreadParts
        {
            Settings = Settings,
            Place = parts.Place,
            Access = AdminAccess.Resolve(parts.Admin),
            MaxConnections = parts.Admin.MaxConnections,
            MaxCommandBytes = parts.Admin.MaxCommandBytes,
            ReadTimeout = TimeSpan.FromSeconds(parts.Admin.ReadTimeoutSecs),
            Parser = Parser,
            Published = Published,
            Metrics = parts.Metrics,
            Log = parts.Log,
            Time = parts.Time,
        });
        Thread.Start();
    }

    internal AdminSocketSettings Settings => _parts.Settings.AdminSocket;

    internal AdminCommandParser Parser { get; }

    internal PublishedAnswers Published { get; }

    internal AdminThread Thread { get; }

    internal int MaxConnections => _parts.Admin.MaxConnections;

    internal string Path => _parts.Place.Path;

    internal Readiness Readiness => _parts.Readiness;

    internal Supervision.RestartLedger Ledger => _parts.Ledger;

    internal Action RequestStop => _parts.RequestStop;

    internal ILogger Log => _parts.Log;

    internal TimeProvider Time => _parts.Time;

    /// <summary>The actor named <c>admin-socket</c>, for <see cref="ControlPlaneParts.AdminSocket"/>.</summary>
    /// <param name="refs">Whom its commands concern.</param>
    public Props ActorProps(ControlPlaneRefs refs) => AdminSocketActor.Props(this, refs);

    /// <summary>Removes the socket file if it is ours, closes every connection and ends the thread. Waits at most five seconds.</summary>
    public void Dispose() => Thread.Dispose();

    internal string Tell(string reason)
    {
        var errorId = ErrorId.New();
        Log.Story(null, errorId, reason);
        return errorId;
    }
}
