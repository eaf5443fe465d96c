namespace ActorProxy.Core.Metrics;

/// <summary>Shows what <see cref="ProxyMetrics"/> counted. Sites without a request have no series yet: there may be ten thousand.</summary>
public sealed class TrafficMetrics : IMetricSource
{
    private readonly ProxyMetrics _metrics;

    /// <summary>Shows these numbers.</summary>
    /// <param name="metrics">The counters.</param>
    public TrafficMetrics(ProxyMetrics metrics) => _metrics = metrics;

    /// <inheritdoc/>
    public void Write(PrometheusText text)
    {
        var sites = _metrics.Sites.Append(_metrics.UnknownHost).Where(site => site.WasUsed).OrderBy(site => site.Host, StringComparer.Ordinal).ToArray();
        WriteRequests(text, sites);
        WriteDurations(text, sites);
        WriteUpstreamErrors(text, _metrics.Sites);
        text.Single(MetricType.Gauge, "actor_proxy_connections", "Client connections that are open.", _metrics.Connections);
        text.Single(
            MetricType.Gauge, "actor_proxy_requests_in_flight", "Requests whose response has not ended.", _metrics.RequestsInFlight);
        text.Single(MetricType.Counter, "actor_proxy_rate_limited_total", "Requests answered with 429.", _metrics.RateLimited.Value);
        text.Single(
            MetricType.Counter,
            "actor_proxy_client_limit_refusals_total",
            "Connections closed since their client held max_connections_per_client already.",
            _metrics.ClientLimitRefusals);
        text.Single(
            MetricType.Counter, "actor_proxy_log_lines_dropped_total", "Log lines that a destination did not take.", _metrics.LogLinesDropped.Value);
        WriteAdmin(text);
    }

    private static void WriteRequests(PrometheusText text, SiteCounters[] sites)
    {
        text.Metric(MetricType.Counter, "actor_proxy_requests_total", "Requests that ended, by class of status.");
        foreach (var site in sites)
        {
            for (var statusClass = SiteCounters.FirstClass; statusClass <= SiteCounters.LastClass; statusClass++)
            {
                text.Sample(site.RequestsOfClass(statusClass), ("site", site.Host), ("code", $"{statusClass}xx"));
            }
        }
    }

    private static void WriteDurations(PrometheusText text, SiteCounters[] sites)
    {
        text.Metric(MetricType.Histogram, "actor_proxy_request_duration_seconds", "From the end of a request's head to the end of its response.");
        foreach (var site in sites)
        {
            var total = 0L;
            for (var bucket = 0; bucket < DurationBuckets.Count; bucket++)
            {
                total += site.RequestsOfBucket(bucket);
                text.Sample("_bucket", total, ("site", site.Host), ("le", DurationBuckets.Names[bucket]));
            }

            text.Sample("_sum", site.DurationSum.TotalSeconds, ("site", site.Host));
            text.Sample("_count", total, ("site", site.Host));
        }
    }

    private static void WriteUpstreamErrors(PrometheusText text, IEnumerable<SiteCounters> sites)
    {
        text.Metric(MetricType.Counter, "actor_proxy_upstream_errors_total", "Failed attempts to get an answer from an upstream.");
        foreach (var site in sites)
        {
            foreach (var (error, counter) in site.UpstreamErrors)
            {
                text.Sample(counter.Value, ("site", site.Host), ("error", error));
            }
        }
    }

    private void WriteAdmin(PrometheusText text)
    {
        text.Single(
            MetricType.Gauge, "actor_proxy_admin_connections", "Connections to the admin socket that are open.", _metrics.AdminConnections.Value);
        text.Metric(MetricType.Counter, "actor_proxy_admin_commands_total", "Admin commands that were answered.");
        foreach (var ((command, outcome), counter) in _metrics.AdminCommands)
        {
            text.Sample(counter.Value, ("command", command), ("outcome", outcome));
        }
    }
}
