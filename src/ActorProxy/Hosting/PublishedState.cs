using System.Collections.Immutable;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Core;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.DataPlane;

namespace ActorProxy.Hosting;

/// <summary>Puts together what each part publishes of itself.</summary>
internal sealed class PublishedState(
    SnapshotStore store, Drift drift, RestartLedger ledger, KestrelDataPlane dataPlane, ProxyMetrics metrics, MetricsPage page, TimeProvider time)
    : IPublishedState
{
    private readonly RunningProgram _program = new();
    private readonly long _began = time.GetTimestamp();

    public StatusReport Status()
    {
        var state = store.State;
        return new StatusReport
        {
            Uptime = time.GetElapsedTime(_began),
            Sites = state.Current.Config.Listeners.Sum(listener => listener.Sites.Length),
            Revision = state.Current.Revision,
            Version = BuildVersion.Text,
            BinaryReplaced = _program.IsReplaced,
            ConfigSha256 = state.Current.Sha256,
            Connections = metrics.Connections,
            RestartRequired = state.RestartRequired,
            Drift = drift.Items,
            PendingConfirm = state.Pending is { } pending ? new PendingReport(pending.Revision, pending.Left(store.Time)) : null,
            LastReload = state.History.FirstOrDefault(),
            Snapshots = [.. dataPlane.SnapshotsInUse],
        };
    }

    public ImmutableArray<SiteReport> Sites() =>
        [.. store.Current.Config.Listeners.SelectMany(listener => listener.Sites).Select(Report)];

    public ImmutableArray<HistoryEntry> History() => store.State.History;

    public ImmutableArray<ActorReport> Actors() => [.. ledger.Actors.Select(actor => new ActorReport(
        actor.Name,
        actor.State.ToString().ToLowerInvariant(),
        actor.Restarts,
        actor.LastFailure is { } failure ? new FailureReport(failure.Time, failure.Kind, failure.ErrorId) : null,
        actor.Uptime))];

    public string Metrics() => page.Render();

    private SiteReport Report(Site site)
    {
        var counters = metrics.Site(site.Host);
        return new SiteReport(
            site.Host,
            site.Upstream.ToString(),
            site.UpstreamScheme == UpstreamScheme.Https ? "https" : "http",
            counters.Requests,
            counters.Errors,
            counters.InFlight);
    }
}
