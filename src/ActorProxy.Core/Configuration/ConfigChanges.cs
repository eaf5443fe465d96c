using System.Collections.Immutable;

namespace ActorProxy.Core.Configuration;

/// <summary>What a new configuration changes, as names: <c>203.0.113.10:443</c>, <c>git.example.com</c>, <c>rate_limit.burst</c>.</summary>
public sealed record ConfigChanges
{
    /// <summary>Nothing at all.</summary>
    public static readonly ConfigChanges None = new();

    /// <summary>Listening addresses that appear.</summary>
    public ImmutableArray<string> ListenersAdded { get; init; } = [];

    /// <summary>Listening addresses that go.</summary>
    public ImmutableArray<string> ListenersRemoved { get; init; } = [];

    /// <summary>Listening addresses that stay with other properties.</summary>
    public ImmutableArray<string> ListenersChanged { get; init; } = [];

    /// <summary>Hosts that appear.</summary>
    public ImmutableArray<string> SitesAdded { get; init; } = [];

    /// <summary>Hosts that go.</summary>
    public ImmutableArray<string> SitesRemoved { get; init; } = [];

    /// <summary>Hosts that stay with other properties.</summary>
    public ImmutableArray<string> SitesChanged { get; init; } = [];

    /// <summary>Listeners whose certificate is another one, also under an unchanged file.</summary>
    public ImmutableArray<string> CertificatesChanged { get; init; } = [];

    /// <summary>Keys of other reloadable settings.</summary>
    public ImmutableArray<string> SettingsChanged { get; init; } = [];

    /// <summary>Keys that differ from what runs and need a restart. By themselves they change nothing.</summary>
    public ImmutableArray<string> RestartRequired { get; init; } = [];

    /// <summary>Whether applying it changes what runs. <see cref="RestartRequired"/> does not count.</summary>
    public bool IsEmpty =>
        ListenersAdded.IsEmpty && ListenersRemoved.IsEmpty && ListenersChanged.IsEmpty
        && SitesAdded.IsEmpty && SitesRemoved.IsEmpty && SitesChanged.IsEmpty
        && CertificatesChanged.IsEmpty && SettingsChanged.IsEmpty;
}
