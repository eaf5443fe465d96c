namespace ActorProxy.Core.Metrics;

/// <summary>How a metric behaves.</summary>
public enum MetricType
{
    /// <summary>Only rises until the process ends.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>Counts of observations by size.</summary>
    Histogram,
}
