using Xunit;

namespace ActorProxy.TestKit;

/// <summary>What a test needs of the machine. Without it the test is skipped, but fails where <c>CI=true</c>: nothing is lost unseen.</summary>
public static class Requires
{
    /// <summary>Root, to become other users.</summary>
    public static void Root() => Need(Environment.IsPrivilegedProcess, "needs root");

    /// <summary>A program in the PATH.</summary>
    public static void Program(string name) => Need(FindProgram(name) is not null, $"needs {name}");

    /// <summary>A folder that a command makes.</summary>
    public static void Folder(string path, string command) => Need(Directory.Exists(path), $"needs `{command}` in {Path.GetDirectoryName(path)}");

    private static void Need(bool met, string reason)
    {
        if (met)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }

    private static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
}
