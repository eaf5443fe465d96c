using System.Collections.Concurrent;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.Tests.ControlPlane;

/// <summary>Sockets that exist by name only.</summary>
internal sealed class FakeListeners : IListeners
{
    private readonly ConcurrentDictionary<ListenAddress, bool> _open = new();

    /// <summary>Addresses that somebody else holds.</summary>
    public ConcurrentDictionary<ListenAddress, string> Taken { get; } = new();

    /// <summary>While set, no bind ends.</summary>
    public TaskCompletionSource? Hold { get; set; }

    public ConcurrentQueue<string> Calls { get; } = new();

    public IReadOnlyCollection<ListenAddress> Bound => [.. _open.Keys];

    public IReadOnlyCollection<ListenAddress> Open => [.. _open.Where(entry => entry.Value).Select(entry => entry.Key)];

    public IListenerObserver? Observer { get; set; }

    public async Task<BindResult> BindAsync(ListenAddress address, IReadOnlyCollection<ListenAddress> replaced)
    {
        Calls.Enqueue($"bind {address}");
        if (Hold is { } hold)
        {
            await hold.Task;
        }

        if (Taken.TryGetValue(address, out var reason))
        {
            return new BindResult.Refused(reason);
        }

        _open.TryAdd(address, false);
        return new BindResult.Bound();
    }

    void IListeners.Open(ListenAddress address)
    {
        Calls.Enqueue($"open {address}");
        _open.TryUpdate(address, true, false);
    }

    public Task CloseAsync(ListenAddress address, TimeSpan drain)
    {
        Calls.Enqueue($"close {address} {drain.TotalSeconds:0}");
        _open.TryRemove(address, out _);
        return Task.CompletedTask;
    }

    /// <summary>The listener's server ends, and its socket with it.</summary>
    public void Fail(ListenAddress address)
    {
        _open.TryRemove(address, out _);
        Observer!.ListenerFailed(address, new IOException("accept failed"));
    }
}
