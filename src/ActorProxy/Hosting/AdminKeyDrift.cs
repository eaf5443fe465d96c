using ActorProxy.ControlPlane.Upkeep;
using ActorProxy.Management;

namespace ActorProxy.Hosting;

/// <summary>Says in <c>status.drift</c> that the key which holds is not the one of the file: a restart would bring the old one back.</summary>
internal sealed class AdminKeyDrift : IAsyncDisposable
{
    private const string Item = "admin_key";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly AdminKey _key;
    private readonly Drift _drift;
    private readonly ITimer _timer;

    public AdminKeyDrift(AdminKey key, Drift drift, TimeProvider time)
    {
        _key = key;
        _drift = drift;
        _timer = time.CreateTimer(static state => ((AdminKeyDrift)state!).Look(), this, Interval, Interval);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look() => _drift.Publish(Item, !_key.AgreesWithFile());
}
