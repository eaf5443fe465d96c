using ActorProxy.Core.Linux;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>Takes connections off the backlog, with a spare descriptor where no other is free. Belongs to the thread that polls.</summary>
internal sealed class Acceptor(SpareDescriptors spares, ILogger log, TimeProvider time)
{
    private const int MostAtOnce = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private long _pausedUntil = long.MaxValue;
    private long _loggedAt;
    private long _failures;

    /// <summary>The timestamp until which accepting makes no sense; <see cref="long.MaxValue"/> when it does.</summary>
    public long PausedUntil
    {
        get
        {
            if (_pausedUntil <= time.GetTimestamp())
            {
                _pausedUntil = long.MaxValue;
            }

            return _pausedUntil;
        }
    }

    public IEnumerable<UnixStream> Take(UnixListener? listener)
    {
        for (var taken = 0; listener is not null && taken < MostAtOnce; taken++)
        {
            var handle = listener.Accept(out var error);
            if (handle is not null)
            {
                yield return new UnixStream(handle);
            }
            else if (!GoOn(error))
            {
                yield break;
            }
        }
    }

    private bool GoOn(int error)
    {
        if (UnixListener.IsEmpty(error))
        {
            return false;
        }

        if (UnixListener.IsTransient(error))
        {
            return true;
        }

        if (UnixListener.IsNoDescriptor(error) && spares.GiveUp())
        {
            return true;
        }

        // Level-triggered: without a pause the thread would spin until a descriptor is free.
        _pausedUntil = time.GetTimestamp() + (long)(Pause.TotalSeconds * time.TimestampFrequency);
        _failures++;
        if (_loggedAt == 0 || time.GetElapsedTime(_loggedAt) >= LogInterval)
        {
            log.AcceptFailed(error, _failures);
            (_loggedAt, _failures) = (time.GetTimestamp(), 0);
        }

        return false;
    }
}
