using System.Globalization;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Warns of certificates that are about to expire: a proxy that is never reloaded would not notice.</summary>
internal sealed class CertificatesActor : ControlPlaneActor, IWithTimers
{
    private readonly SnapshotStore _store;
    private readonly CertificatesSettings _settings;
    private readonly ILogger _log;

    public CertificatesActor(SnapshotStore store, CertificatesSettings settings, ILogger log)
    {
        _store = store;
        _settings = settings;
        _log = log;
        Receive<CheckDue>(_ => Check());
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="store">Whose certificates.</param>
    /// <param name="settings">How often, and how long before.</param>
    /// <param name="log">Gets the warnings.</param>
    public static Props Props(SnapshotStore store, CertificatesSettings settings, ILogger log) =>
        Akka.Actor.Props.Create(() => new CertificatesActor(store, settings, log));

    protected override void PreStart()
    {
        base.PreStart();
        Timers.StartPeriodicTimer(nameof(CheckDue), new CheckDue(), _settings.Interval);
    }

    private void Check()
    {
        var now = _store.Time.GetUtcNow();
        foreach (var (listener, pair) in _store.Current.Certificates)
        {
            var left = pair.NotAfter - now;
            if (left < _settings.WarnBefore)
            {
                var notAfter = pair.NotAfter.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                _log.CertificateExpires(listener.ToString(), notAfter, (int)Math.Floor(left.TotalDays));
            }
        }
    }

    /// <summary>A check is due; a test sends it instead of waiting.</summary>
    internal sealed record CheckDue;
}
