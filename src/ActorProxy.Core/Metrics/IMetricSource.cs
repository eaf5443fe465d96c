namespace ActorProxy.Core.Metrics;

/// <summary>Someone who has numbers to show. Asked by any thread; must not block.</summary>
public interface IMetricSource
{
    /// <summary>Writes all its metrics as they are now.</summary>
    /// <param name="text">Where to.</param>
    void Write(PrometheusText text);
}
