namespace ActorProxy.Core.Metrics;

/// <summary>A number that any thread changes, for what happens seldom enough that cores need no copies of their own.</summary>
public sealed class Counter
{
    private long _value;

    /// <summary>The number.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>One more.</summary>
    public void Increment() => Interlocked.Increment(ref _value);

    /// <summary>One less: for what is open now.</summary>
    public void Decrement() => Interlocked.Decrement(ref _value);

    /// <summary>Several more.</summary>
    /// <param name="count">How many.</param>
    public void Add(long count) => Interlocked.Add(ref _value, count);
}
