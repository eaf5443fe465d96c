using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.Logs;

/// <summary>What the control plane may ask of the log. No call blocks, whatever the disk does.</summary>
public interface ILogControl
{
    /// <summary>The lowest level that is written; holds for every line from the moment it is set.</summary>
    LogLevelName Level { get; set; }

    /// <summary>Lets the log file be opened anew, for a logrotate that has renamed it. When that is refused the old one stays, with an ERROR line.</summary>
    void Reopen();
}
