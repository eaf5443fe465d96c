namespace ActorProxy.Core.Metrics;

/// <summary>All metrics of the process as one text: what <c>/metrics</c> and the admin socket answer.</summary>
public sealed class MetricsPage
{
    private readonly IMetricSource[] _sources;

    /// <summary>Puts the sources in their order.</summary>
    /// <param name="sources">Everyone who has numbers.</param>
    public MetricsPage(params IMetricSource[] sources) => _sources = sources;

    /// <summary>The numbers as they are now. Any thread; waits for nobody.</summary>
    public string Render()
    {
        var text = new PrometheusText();
        foreach (var source in _sources)
        {
            source.Write(text);
        }

        return text.ToString();
    }
}
