using System.Collections.Concurrent;
using ActorProxy.Core.Logs;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>Keeps the lines as <c>METHOD HOST PATH STATUS</c>, for a test to read.</summary>
internal sealed class RecordingAccessLog : IAccessLog
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _rateLimited = new();

    public IReadOnlyCollection<string> Requests => _requests;

    public IReadOnlyCollection<string> RateLimits => _rateLimited;

    public void Request(in RequestLine line) => _requests.Enqueue(Text(line));

    public void RateLimited(in RequestLine line) => _rateLimited.Enqueue(Text(line));

    public void UpstreamError(string host, string upstream, string error) => throw new NotSupportedException();

    private static string Text(in RequestLine line) => $"{OrDash(line.Method)} {OrDash(line.Host)} {OrDash(line.Path)} {line.Status}";

    private static string OrDash(ReadOnlySpan<char> value) => value.IsEmpty ? "-" : value.ToString();
}
