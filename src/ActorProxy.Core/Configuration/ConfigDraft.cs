using ActorProxy.Core.Configuration.Toml;

namespace ActorProxy.Core.Configuration;

/// <summary>What the rules gather while the tables are read, for those that look at the file as a whole.</summary>
internal sealed class ConfigDraft(bool allowWildcardBind)
{
    public ProblemList Problems { get; } = new();

    public ProblemList Warnings { get; } = new();

    /// <summary>From the command line or from the file: either suffices.</summary>
    public bool AllowWildcardBind { get; set; } = allowWildcardBind;

    /// <summary>Host → where it was first given to a site.</summary>
    public Dictionary<string, Position> Hosts { get; } = new(StringComparer.Ordinal);

    public List<LocatedAddress> Addresses { get; } = [];

    public List<LocatedUpstream> Upstreams { get; } = [];

    public List<LocatedCertificate> Certificates { get; } = [];

    /// <summary>Listeners with sites, and where their <c>bind_addr</c> stands.</summary>
    public List<LocatedListener> ListenersWithSites { get; } = [];
}

/// <summary>A listening address and the value that asks for it.</summary>
internal sealed record LocatedAddress(ListenAddress Address, Position At);

/// <summary>An upstream and where it stands.</summary>
internal sealed record LocatedUpstream(UpstreamAddress Upstream, Position At);

/// <summary>A certificate to load for a listener, and where both paths stand.</summary>
internal sealed record LocatedCertificate(ListenAddress Listener, ListenerTls.Manual Files, Position CertAt, Position KeyAt);

/// <summary>A listener and where its address stands.</summary>
internal sealed record LocatedListener(Listener Listener, Position At);
