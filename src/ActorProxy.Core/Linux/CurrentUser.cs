using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>Who this process is (<c>geteuid(2)</c>).</summary>
public static partial class CurrentUser
{
    /// <summary>The effective user id; the program never changes it.</summary>
    public static uint Uid { get; } = GetEffectiveUserId();

    /// <summary>The effective group id.</summary>
    public static uint Gid { get; } = GetEffectiveGroupId();

    /// <summary>Whether this is root of its user namespace.</summary>
    public static bool IsRoot => Uid == 0;

    /// <summary>Whether a file of that owner can be trusted: root's or our own.</summary>
    /// <param name="owner">The owner's uid.</param>
    public static bool Trusts(uint owner) => owner == 0 || owner == Uid;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroupId();
}
