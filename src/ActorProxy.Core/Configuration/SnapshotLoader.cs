using System.Collections.Immutable;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration.Toml;
using ActorProxy.Core.Linux;

namespace ActorProxy.Core.Configuration;

/// <summary>File → reader → rules → certificates → snapshot. The start, <c>--validate</c> and every reload come here, with the same flags.</summary>
public sealed class SnapshotLoader
{
    private readonly bool _allowWildcardBind;
    private readonly TimeProvider _time;
    private readonly Func<ulong> _hardDescriptorLimit;

    /// <summary>Remembers what every load needs.</summary>
    /// <param name="path">The configuration file; may be a symbolic link.</param>
    /// <param name="allowWildcardBind">Whether the command line allows wildcard addresses.</param>
    /// <param name="time">Decides what has expired, and times the retries.</param>
    public SnapshotLoader(string path, bool allowWildcardBind, TimeProvider time)
        : this(path, allowWildcardBind, time, () => DescriptorLimit.Hard)
    {
    }

    internal SnapshotLoader(string path, bool allowWildcardBind, TimeProvider time, Func<ulong> hardDescriptorLimit)
    {
        Path = System.IO.Path.GetFullPath(path);
        _allowWildcardBind = allowWildcardBind;
        _time = time;
        _hardDescriptorLimit = hardDescriptorLimit;
    }

    /// <summary>The configuration file, absolute.</summary>
    public string Path { get; }

    /// <summary>Reads and checks everything. Gives the caller's thread back at once and works on the thread pool.</summary>
    /// <param name="current">What is live; its certificates are reused where their files did not change. <c>null</c> at start.</param>
    /// <param name="running">
    /// What the process started with: restart-only keys are compared with it, and the snapshot keeps its values. <c>null</c> at start.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Foreseen failures are results; only bugs throw.</returns>
    public async Task<LoadResult> LoadAsync(Snapshot? current, ProxyConfig? running, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await new ConfigFile(Path, _time).ReadAsync(cancellationToken).ConfigureAwait(false) switch
        {
            ConfigFileResult.Read read => Load(read, current, running),
            ConfigFileResult.Unreadable unreadable => new LoadResult.Unreadable(unreadable.Reason),
            _ => new LoadResult.ChangedDuringRead(),
        };
    }

    private LoadResult Load(ConfigFileResult.Read file, Snapshot? current, ProxyConfig? running)
    {
        var (config, draft) = new TomlReader(_allowWildcardBind, _hardDescriptorLimit()).Read(file.Bytes, running);
        var certificates = LoadCertificates(draft, current);
        if (config is null || !draft.Problems.IsEmpty)
        {
            return new LoadResult.Invalid(draft.Problems.ToSorted());
        }

        foreach (var warning in file.Warnings)
        {
            draft.Warnings.Add(Position.WholeFile, warning);
        }

        var snapshot = new Snapshot
        {
            Revision = (current?.Revision ?? 0) + 1,
            Config = running is null ? config : config.WithRestartOnlyOf(running),
            Sha256 = file.Sha256,
            Certificates = certificates,
        };
        var changes = ConfigDiff.Between(current, snapshot) with { RestartRequired = ConfigDiff.NeedingRestart(running, config) };
        return new LoadResult.Valid(snapshot, changes, draft.Warnings.ToSorted());
    }

    private ImmutableDictionary<ListenAddress, CertificatePair> LoadCertificates(ConfigDraft draft, Snapshot? current)
    {
        var loader = new CertificateLoader(_time, current?.Certificates.Values ?? []);
        var certificates = ImmutableDictionary.CreateBuilder<ListenAddress, CertificatePair>();
        foreach (var (listener, files, certAt, keyAt) in draft.Certificates)
        {
            var result = loader.Load(files.CertPath, files.KeyPath);
            foreach (var note in result.Notes)
            {
                var (at, key, path) = note.IsAboutKey ? (keyAt, "key_path", files.KeyPath) : (certAt, "cert_path", files.CertPath);
                (note.IsWarning ? draft.Warnings : draft.Problems).Add(at, $"`{key}` {path} {note.Message}");
            }

            if (result.Pair is { } pair)
            {
                certificates[listener] = pair;
            }
        }

        return certificates.ToImmutable();
    }
}
