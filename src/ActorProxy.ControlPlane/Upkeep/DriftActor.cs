using System.Collections.Immutable;
using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>Looks at the disk once a second, and publishes what differs from what runs.</summary>
internal sealed class DriftActor : ControlPlaneActor, IWithTimers
{
    private readonly Drift _drift;
    private readonly DriftSettings _settings;
    private readonly ILogger _log;
    private ImmutableDictionary<string, SeenFile> _seen = ImmutableDictionary<string, SeenFile>.Empty;
    private ImmutableArray<string> _told = [];

    public DriftActor(Drift drift, DriftSettings settings, ILogger log)
    {
        _drift = drift;
        _settings = settings;
        _log = log;
        Resting();
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How it is made.</summary>
    /// <param name="drift">Where it publishes.</param>
    /// <param name="settings">How often it looks.</param>
    /// <param name="log">Says when drift begins and ends.</param>
    public static Props Props(Drift drift, DriftSettings settings, ILogger log) =>
        Akka.Actor.Props.Create(() => new DriftActor(drift, settings, log));

    protected override void PreStart()
    {
        base.PreStart();
        Timers.StartPeriodicTimer(nameof(LookDue), new LookDue(), TimeSpan.Zero, _settings.Interval);
    }

    private void Resting() => Receive<LookDue>(_ =>
    {
        var look = Guid.NewGuid();
        Become(() => Looking(look));
        DriftScan.LookAsync(_drift.ConfigPath, _drift.Store.Current, _seen).PipeTo(
            Self, success: scan => new Looked(look, scan), failure: cause => new LookCrashed(look, cause));
    });

    // On a disk that hangs this state lasts; the ticks pass by, and probes are answered.
    private void Looking(Guid look)
    {
        Receive<LookDue>(_ => { });
        Receive<Looked>(looked => Publish(looked.Scan), looked => looked.Look == look);
        Receive<LookCrashed>(crashed => throw new LookCrashedException(crashed.Cause), crashed => crashed.Look == look);
    }

    private void Publish(DriftScan scan)
    {
        _seen = scan.Seen;
        _drift.Publish(scan.Observed);
        var items = _drift.Items;
        if (!items.SequenceEqual(_told))
        {
            Tell(items);
        }

        Become(Resting);
    }

    private void Tell(ImmutableArray<string> items)
    {
        if (items.IsEmpty)
        {
            _log.DriftEnded(string.Join(',', _told));
        }
        else
        {
            _log.Drifted(string.Join(',', items));
        }

        _told = items;
    }

    private sealed record LookDue;

    private sealed record Looked(Guid Look, DriftScan Scan);

    private sealed record LookCrashed(Guid Look, Exception Cause);
}
