using ActorProxy.Core.Configuration;

namespace ActorProxy.ControlPlane.Upkeep;

/// <summary>
/// The level that is configured and the one that an operator set instead. Made by the host: a restarted <c>log</c> actor must not
/// take an operator's level back.
/// </summary>
public sealed class LogLevels
{
    private readonly Action<LogLevelName> _apply;
    private LogLevelName _configured;

    /// <summary>Begins with what the first snapshot says, applied already.</summary>
    /// <param name="configured">Its level.</param>
    /// <param name="apply">Makes a level the one that holds. Must not block.</param>
    public LogLevels(LogLevelName configured, Action<LogLevelName> apply)
    {
        _configured = configured;
        _apply = apply;
    }

    /// <summary>A snapshot says so; nothing happens unless it says something new.</summary>
    internal void Configure(LogLevelName level)
    {
        if (level != _configured)
        {
            _configured = level;
            _apply(level);
        }
    }

    /// <summary>An operator says so.</summary>
    internal void Set(LogLevelName level) => _apply(level);
}
