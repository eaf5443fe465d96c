using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>Takes a secret out of this process's environment, the block that <c>/proc/PID/environ</c> shows included.</summary>
internal static unsafe partial class SecretEnvironment
{
    /// <summary>Reads a variable, overwrites it and removes it.</summary>
    /// <param name="name">The variable.</param>
    /// <returns>Its bytes; <c>null</c> when it is not set.</returns>
    public static byte[]? Take(string name)
    {
        var value = Get(name);
        if (value is null)
        {
            return null;
        }

        var inPlace = new Span<byte>(value, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(value).Length);
        var secret = inPlace.ToArray();
        inPlace.Clear();
        _ = Unset(name);

        // .NET keeps a copy of its own, which is what it hands to child processes.
        Environment.SetEnvironmentVariable(name, null);
        return secret;
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* Get(string name);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unset(string name);
}
