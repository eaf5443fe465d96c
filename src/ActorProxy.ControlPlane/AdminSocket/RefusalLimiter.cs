namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>How many lines about refused connections a uid gets: a client in a loop must not fill the log. Any thread.</summary>
/// <param name="time">The clock.</param>
internal sealed class RefusalLimiter(TimeProvider time)
{
    private const int LinesPerSecond = 5;
    private const int MostUids = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, Window> _windows = [];

    /// <summary>Asks for a line.</summary>
    /// <param name="uid">The peer's.</param>
    /// <returns>How many were left out before it; <c>null</c> when this one is left out too.</returns>
    public long? TryWrite(uint uid)
    {
        lock (_gate)
        {
            if (_windows.Count >= MostUids && !_windows.ContainsKey(uid))
            {
                _windows.Clear();
            }

            var now = time.GetTimestamp();
            var window = _windows.GetValueOrDefault(uid, new Window(now, 0, 0));
            if (time.GetElapsedTime(window.Began, now) >= TimeSpan.FromSeconds(1))
            {
                window = window with { Began = now, Lines = 0 };
            }

            if (window.Lines == LinesPerSecond)
            {
                _windows[uid] = window with { Suppressed = window.Suppressed + 1 };
                return null;
            }

            _windows[uid] = window with { Lines = window.Lines + 1, Suppressed = 0 };
            return window.Suppressed;
        }
    }

    private readonly record struct Window(long Began, int Lines, long Suppressed);
}
