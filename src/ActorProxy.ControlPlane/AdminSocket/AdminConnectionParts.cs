using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>What every connection works with.</summary>
internal sealed record AdminConnectionParts
{
    public required AdminSocketSettings Settings { get; init; }

    /// <summary>For the whole line, and again for taking the answer.</summary>
    public required TimeSpan ReadTimeout { get; init; }

    public required int MaxCommandBytes { get; init; }

    public required AdminCommandParser Parser { get; init; }

    public required PublishedAnswers Published { get; init; }

    public required AdminAudit Audit { get; init; }

    /// <summary>Closes a connection's descriptor.</summary>
    public required Action<UnixStream> Close { get; init; }

    /// <summary>Logs what happened, under an id of its own.</summary>
    public required Func<string, string> Tell { get; init; }

    public required TimeProvider Time { get; init; }
}
