using System.Collections.Immutable;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>One look at the disk.</summary>
/// <param name="Observed">What it showed.</param>
/// <param name="Seen">The files, for the next look.</param>
internal sealed record DriftScan(Drift.Observation Observed, ImmutableDictionary<string, SeenFile> Seen)
{
    /// <summary>Compares the file and the certificates with a snapshot, on the thread pool: a hanging disk makes no actor deaf.</summary>
    public static async Task<DriftScan> LookAsync(string configPath, Snapshot current, ImmutableDictionary<string, SeenFile> before)
    {
        await Task.Yield();
        var seen = ImmutableDictionary.CreateBuilder<string, SeenFile>(StringComparer.Ordinal);
        var items = ImmutableArray.CreateBuilder<string>();
        var file = Look(configPath);
        if (file.Status is null)
        {
            items.Add(Drift.FileMissing);
        }
        else if (file.Sha256 is null || Convert.ToHexStringLower(file.Sha256) != current.Sha256)
        {
            items.Add(Drift.FileNewer);
        }

        if (current.Config.Listeners.Any(IsNewer))
        {
            items.Add(Drift.CertificateNewer);
        }

        return new DriftScan(new Drift.Observation(current, items.ToImmutable()), seen.ToImmutable());

        // A certificate that can't be read is not newer: a reload would say what is wrong with it.
        bool IsNewer(Listener listener) =>
            listener.Tls is ListenerTls.Manual manual
            && current.Certificates.TryGetValue(listener.HttpsAddress, out var pair)
            && Look(manual.CertPath).Sha256 is { } cert
            && Look(manual.KeyPath).Sha256 is { } key
            && CertificatePair.Sha256Of(cert, key) != pair.Sha256;

        SeenFile Look(string path) => seen.TryGetValue(path, out var now)
            ? now
            : seen[path] = SeenFile.Look(path, before.GetValueOrDefault(path));
    }
}
