using System.Globalization;
using System.Text;

namespace ActorProxy.Core.Metrics;

/// <summary>Writes Prometheus' text format, version 0.0.4. Metric and label names are trusted, label values are escaped.</summary>
public sealed class PrometheusText
{
    /// <summary>The content type of what is written.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new(16 * 1024);
    private string _name = "";

    /// <summary>Begins a metric; its samples follow.</summary>
    /// <param name="type">How it behaves.</param>
    /// <param name="name">Its whole name, with its unit.</param>
    /// <param name="help">One sentence.</param>
    public void Metric(MetricType type, string name, string help)
    {
        _name = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type switch
        {
            MetricType.Counter => "counter",
            MetricType.Gauge => "gauge",
            _ => "histogram",
        }).Append('\n');
    }

    /// <summary>A sample of the metric that was begun last.</summary>
    /// <param name="value">The number.</param>
    /// <param name="labels">Its labels.</param>
    public void Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample("", value, labels);

    /// <summary>A metric with one sample.</summary>
    /// <param name="type">How it behaves.</param>
    /// <param name="name">Its whole name, with its unit.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="value">The number.</param>
    public void Single(MetricType type, string name, string help, double value)
    {
        Metric(type, name, help);
        Sample(value);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    internal void Sample(string suffix, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(_name).Append(suffix);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            AppendEscaped(labels[i].Value);
            _text.Append('"');
        }

        _text.Append(labels.IsEmpty ? " " : "} ").Append(CultureInfo.InvariantCulture, $"{value}").Append('\n');
    }

    private void AppendEscaped(string value)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => _text.Append(@"\\"),
                '"' => _text.Append("\\\""),
                '\n' => _text.Append(@"\n"),
                _ => _text.Append(letter),
            };
        }
    }
}
