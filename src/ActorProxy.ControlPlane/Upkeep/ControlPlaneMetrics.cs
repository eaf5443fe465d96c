using System.Collections.Immutable;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Shows the configuration's life, the certificates and the actors' restarts, from what they publish.</summary>
public sealed class ControlPlaneMetrics : IMetricSource
{
    private const string Connections = "admin-socket/connection";

    private readonly SnapshotStore _store;
    private readonly RestartLedger _ledger;
    private readonly Func<ImmutableArray<string>> _drift;

    /// <summary>Shows these.</summary>
    /// <param name="store">Snapshots and history.</param>
    /// <param name="ledger">Restarts.</param>
    /// <param name="drift">What of the disk differs from what runs; empty for nothing.</param>
    public ControlPlaneMetrics(SnapshotStore store, RestartLedger ledger, Func<ImmutableArray<string>> drift)
    {
        _store = store;
        _ledger = ledger;
        _drift = drift;
    }

    /// <inheritdoc/>
    public void Write(PrometheusText text)
    {
        var state = _store.State;
        text.Metric(MetricType.Counter, "actor_proxy_config_reloads_total", "Attempts to change the configuration, the start included.");
        foreach (var outcome in Enum.GetValues<ReloadOutcome>())
        {
            text.Sample(state.Outcomes.GetValueOrDefault(outcome), ("outcome", Label(outcome)));
        }

        text.Single(MetricType.Gauge, "actor_proxy_config_revision", "The revision that runs.", state.Current.Revision);
        text.Single(
            MetricType.Gauge,
            "actor_proxy_config_last_reload_timestamp_seconds",
            "When the last attempt began, in seconds since 1970.",
            state.History.IsEmpty ? 0 : state.History[0].Time.ToUnixTimeMilliseconds() / 1000.0);
        text.Single(
            MetricType.Gauge, "actor_proxy_config_drift", "How many ways the disk differs from what runs.", _drift().Length);
        WriteCertificates(text);
        WriteRestarts(text);
    }

    private static string Label(ReloadOutcome outcome) => outcome switch
    {
        ReloadOutcome.Applied => "applied",
        ReloadOutcome.Unchanged => "unchanged",
        ReloadOutcome.AutoReverted => "auto_reverted",
        _ => "failed",
    };

    private void WriteCertificates(PrometheusText text)
    {
        text.Metric(
            MetricType.Gauge, "actor_proxy_certificate_expiry_timestamp_seconds", "When a listener's certificate expires, in seconds since 1970.");
        foreach (var (address, certificate) in _store.Current.Certificates)
        {
            text.Sample(certificate.NotAfter.ToUnixTimeSeconds(), ("listener", address.ToString()));
        }
    }

    private void WriteRestarts(PrometheusText text)
    {
        text.Metric(MetricType.Counter, "actor_proxy_actor_restarts_total", "Failures of each actor that ever failed.");
        foreach (var actor in _ledger.Restarts.GroupBy(restarts => ActorLabel(restarts.Key), StringComparer.Ordinal))
        {
            text.Sample(actor.Sum(restarts => restarts.Value), ("actor", actor.Key));
        }
    }

    // Connections are numbered without end: one label for all of them.
    private static string ActorLabel(string name) => name.StartsWith(Connections, StringComparison.Ordinal) ? Connections : name;
}
