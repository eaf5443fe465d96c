namespace ActorProxy.DataPlane.Forwarding;

/// <summary>No connection to an upstream came about; not a byte of a request was sent.</summary>
internal sealed class UpstreamConnectException(UpstreamConnectFailure failure, string upstream, Exception? cause = null)
    : IOException($"connect to {upstream}: {failure}", cause)
{
    public UpstreamConnectFailure Failure { get; } = failure;
}
