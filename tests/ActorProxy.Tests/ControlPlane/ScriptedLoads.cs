using System.Threading.Channels;
using ActorProxy.Core.Configuration;
using Xunit;

namespace ActorProxy.Tests.ControlPlane;

/// <summary>Loads that end when and as the test says.</summary>
internal sealed class ScriptedLoads
{
    private readonly Channel<ScriptedLoad> _begun = Channel.CreateUnbounded<ScriptedLoad>();
    private int _count;

    /// <summary>How many loads have begun.</summary>
    public int Count => Volatile.Read(ref _count);

    public Task<LoadResult> LoadAsync(Snapshot? current, ProxyConfig? running, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        var load = new ScriptedLoad(current!);
        _begun.Writer.TryWrite(load);
        return load.Task;
    }

    /// <summary>The next load that begins.</summary>
    public ValueTask<ScriptedLoad> NextAsync() => _begun.Reader.ReadAsync(TestContext.Current.CancellationToken);
}

/// <summary>A load that is under way.</summary>
internal sealed class ScriptedLoad(Snapshot current) : TaskCompletionSource<LoadResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Snapshot Current => current;

    /// <summary>The file has these hosts.</summary>
    public void Hosts(params string[] hosts) => SetResult(TestSnapshots.Hosts(current, hosts));
}
