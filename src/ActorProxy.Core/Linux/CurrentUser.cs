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

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroupId();
}
