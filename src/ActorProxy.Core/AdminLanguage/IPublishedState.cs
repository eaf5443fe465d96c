using System.Collections.Immutable;
using ActorProxy.Core.Planes;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>
/// What is known without asking any actor. Every member may be called by any thread at any time, never blocks, opens no file and
/// takes no descriptor: the admin socket answers from here when nothing else answers.
/// </summary>
public interface IPublishedState
{
    /// <summary>How the proxy does.</summary>
    StatusReport Status();

    /// <summary>The sites of the running configuration.</summary>
    ImmutableArray<SiteReport> Sites();

    /// <summary>The last attempts to change the configuration, newest first.</summary>
    ImmutableArray<HistoryEntry> History();

    /// <summary>The actors.</summary>
    ImmutableArray<ActorReport> Actors();

    /// <summary>Prometheus text.</summary>
    string Metrics();
}
