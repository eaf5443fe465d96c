namespace ActorProxy.Core.Linux;

/// <summary>What a read or write on a <see cref="UnixStream"/> means when it moved no bytes.</summary>
public static class StreamResult
{
    /// <summary>Not now: poll again.</summary>
    public const int Nothing = -1;

    /// <summary>The connection is gone.</summary>
    public const int Broken = -2;
}
