using System.Collections.Concurrent;
using ActorProxy.Core.Logs;

namespace ActorProxy.Tests.DataPlane;

/// <summary>Keeps the lines as text, in a form that tests can compare.</summary>
internal sealed class RecordedLog : IAccessLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public IReadOnlyList<string> Requests => [.. _lines.Where(line => line.StartsWith("REQUEST ", StringComparison.Ordinal))];

    public void Request(in RequestLine line) => _lines.Enqueue(Text("REQUEST", line));

    public void RateLimited(in RequestLine line) => _lines.Enqueue(Text("RATE_LIMIT", line));

    public void UpstreamError(string host, string upstream, string error) => _lines.Enqueue($"UPSTREAM_ERROR {host} {error}");

    private static string Text(string name, in RequestLine line) =>
        $"{name} {line.Host} {line.Method} {line.Path} {line.Status} {(line.Upstream.IsEmpty ? "-" : "upstream")}";
}
