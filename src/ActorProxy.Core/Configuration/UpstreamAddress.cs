namespace ActorProxy.Core.Configuration;

/// <summary>A site's <c>upstream</c>.</summary>
/// <param name="Host">A host name or an IP address (IPv6 without brackets).</param>
/// <param name="Port">1–65535.</param>
public sealed record UpstreamAddress(string Host, int Port)
{
    /// <summary>As the file writes it: <c>127.0.0.1:3000</c>, <c>[::1]:3000</c>.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
