namespace ActorProxy.Core.Metrics;

/// <summary>What is counted for one site. Any thread writes.</summary>
public sealed class SiteCounters
{
    private long _requests;
    private long _errors;
    private long _inFlight;

    /// <summary>Begins at zero.</summary>
    /// <param name="host">The label.</param>
    public SiteCounters(string host) => Host = host;

    /// <summary>The label.</summary>
    public string Host { get; }

    /// <summary>Requests that ended.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Requests answered with 5xx.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Requests whose response has not ended.</summary>
    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>A request was given to this site.</summary>
    public void Begin() => Interlocked.Increment(ref _inFlight);

    /// <summary>Its response has ended. Exactly one call for each <see cref="Begin"/>.</summary>
    /// <param name="status">What was answered.</param>
    /// <param name="duration">How long it took.</param>
    public void End(int status, TimeSpan duration)
    {
        _ = duration;
        Interlocked.Decrement(ref _inFlight);
        Interlocked.Increment(ref _requests);
        if (status >= 500)
        {
            Interlocked.Increment(ref _errors);
        }
    }
}
