using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>
/// The environment as native libraries see it. <see cref="Environment.SetEnvironmentVariable(string, string)"/> changes a copy
/// that only .NET reads.
/// </summary>
public static partial class ProcessEnvironment
{
    /// <summary>Sets a variable (<c>setenv(3)</c>). Not safe while other threads read the environment: call it first in Main.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="LinuxException">No memory.</exception>
    public static void Set(string name, string value)
    {
        if (SetEnvironment(name, value, overwrite: 1) != 0)
        {
            throw LinuxException.FromLastError("setenv");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
