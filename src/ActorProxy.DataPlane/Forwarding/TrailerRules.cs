using System.Collections.Frozen;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// Which trailers pass, either way. Whoever merges trailers into the header must not be able to change framing, routing,
/// authentication or the peer's address after the fact (RFC 9110 §6.5.1).
/// </summary>
internal static class TrailerRules
{
    private static readonly FrozenSet<string> Kept = new[]
    {
        "Content-Length", "Content-Encoding", "Content-Type", "Content-Range", "Trailer", "Max-Forwards", "Expect", "Authorization",
        "WWW-Authenticate", "Authentication-Info", "Proxy-Authentication-Info", "Cookie", "Set-Cookie",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool MayPass(string name) =>
        !Kept.Contains(name) && FieldRules.MayReachUpstream(name) && FieldRules.MayReachClient(name)
        && !(name.Contains('_') && Kept.Contains(name.Replace('_', '-')));
}
