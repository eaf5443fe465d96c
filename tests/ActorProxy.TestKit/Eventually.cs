using System.Diagnostics;

namespace ActorProxy.TestKit;

/// <summary>Awaits a condition instead of a time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until the condition holds; fails with <paramref name="what"/> when it does not in time.</summary>
    public static Task HoldsAsync(Func<bool> condition, string what, CancellationToken cancellationToken) =>
        HoldsAsync(() => Task.FromResult(condition()), () => what, cancellationToken);

    public static Task HoldsAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken) =>
        HoldsAsync(condition, () => what, cancellationToken);

    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> what, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > Deadline)
            {
                throw new TimeoutException($"not within {Deadline.TotalSeconds} s: {what()}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
