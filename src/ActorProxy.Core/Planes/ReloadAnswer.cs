using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.Planes;

/// <summary>How a reload ended, for whoever asked.</summary>
public abstract record ReloadAnswer
{
    private ReloadAnswer()
    {
    }

    /// <summary>What the file says is live.</summary>
    /// <param name="Revision">The revision that is live now.</param>
    /// <param name="Changed">Whether this reload raised it.</param>
    /// <param name="Changes">What changed, with the keys that need a restart.</param>
    public sealed record Reloaded(long Revision, bool Changed, ConfigChanges Changes) : ReloadAnswer;

    /// <summary>Nothing has changed.</summary>
    /// <param name="Reason">Why; never more than a client may see.</param>
    /// <param name="ErrorId">Finds the full story in the log.</param>
    public sealed record Failed(ReloadFailure Reason, string ErrorId) : ReloadAnswer;
}
