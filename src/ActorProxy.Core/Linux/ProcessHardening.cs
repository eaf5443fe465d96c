using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>
/// Closes what the runtime and the kernel leave open by default: the runtime's diagnostic socket, core dumps and tracing by others
/// of the same user (<c>prctl(2)</c>), new privileges by execution.
/// </summary>
public static partial class ProcessHardening
{
    private const string Diagnostics = "DOTNET_EnableDiagnostics";
    private const string Home = "HOME";
    private const int HangUp = 1;
    private const nint DefaultAction = 0;
    private const int SetDumpable = 4;
    private const int SetName = 15;
    private const int SetNoNewPrivileges = 38;

    /// <summary>
    /// Call it first. The diagnostic socket is made before any managed code runs and only the environment prevents it: without
    /// that setting the program executes itself again, with the same pid. When that fails it goes on, and says so on stderr.
    /// </summary>
    public static void Apply()
    {
        // Ignored by whoever started us (nohup does): the runtime would leave it so, and no reload would ever come.
        _ = SetSignal(HangUp, DefaultAction);
        if (Environment.GetEnvironmentVariable(Diagnostics) != "0")
        {
            ExecuteAgain();
        }

        // Without it and without an entry in the user database, as in a container, .NET can't load a certificate: it looks for the
        // stores of the user. There are none below the root.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Home)))
        {
            Environment.SetEnvironmentVariable(Home, "/");
        }

        // Executed by the link it would be "exe" to ps and pgrep.
        _ = PrctlName(SetName, "actor-proxy");
        if (Prctl(SetDumpable, 0, 0, 0, 0) != 0 || Prctl(SetNoNewPrivileges, 1, 0, 0, 0) != 0)
        {
            Console.Error.WriteLine($"actor-proxy: {LinuxException.FromLastError("prctl").Message}");
        }
    }

    private static void ExecuteAgain()
    {
        if (SetEnvironment(Diagnostics, "0", 1) != 0)
        {
            Console.Error.WriteLine($"actor-proxy: {LinuxException.FromLastError("setenv").Message}");
            return;
        }

        RemoveDiagnosticFiles();
        // The kernel's own record of the arguments: argv[0] and, under `dotnet actor-proxy.dll`, the path of the assembly too.
        var arguments = File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1];
        _ = Execute("/proc/self/exe", [.. arguments, null]);
        Console.Error.WriteLine($"actor-proxy: {LinuxException.FromLastError("execv").Message}; the runtime's diagnostic port stays open");
    }

    // They end with the image, but nobody would remove them: three in the folder for temporary files at every start. The start time
    // tells them from those of a process with our pid in another container.
    private static void RemoveDiagnosticFiles()
    {
        var status = File.ReadAllText("/proc/self/stat");
        var started = status[(status.LastIndexOf(')') + 2)..].Split(' ')[19];
        var process = $"{Environment.ProcessId}-{started}";
        foreach (var name in new[] { $"dotnet-diagnostic-{process}-socket", $"clr-debug-pipe-{process}-in", $"clr-debug-pipe-{process}-out" })
        {
            _ = Unlink(Path.Combine(Path.GetTempPath(), name));
        }
    }

    [LibraryImport("libc", EntryPoint = "unlink", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint SetSignal(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "prctl", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PrctlName(int option, string name);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
