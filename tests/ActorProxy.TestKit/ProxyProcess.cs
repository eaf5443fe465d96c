using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorProxy.TestKit;

/// <summary>The real program in a process of its own. Ended, by its pid, with the test.</summary>
public sealed partial class ProxyProcess : IAsyncDisposable
{
    public const int Hangup = 1;
    public const int User1 = 10;
    public const int Terminate = 15;
    private const int Kill = 9;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ProxyProcess(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <summary>Everything it has written so far, both streams.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public string Output => string.Join('\n', _lines);

    /// <summary>The built program, beside this test in the same configuration.</summary>
    public static string ProgramPath { get; } = FindProgram();

    /// <summary>Starts it and returns at once.</summary>
    public static ProxyProcess Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start(new ProcessStartInfo(ProgramPath, arguments), environment);

    /// <summary>Starts a copy of it.</summary>
    public static ProxyProcess StartCopy(string program, IReadOnlyList<string> arguments) => Start(new ProcessStartInfo(program, arguments), environment: null);

    /// <summary>Starts it as <c>nohup</c> does: with SIGHUP ignored.</summary>
    public static ProxyProcess StartIgnoringHangup(IReadOnlyList<string> arguments) =>
        Start(new ProcessStartInfo("/bin/sh", ["-c", "trap '' HUP; exec \"$0\" \"$@\"", ProgramPath, .. arguments]), environment: null);

    /// <summary>Starts it with its standard output going elsewhere, not here: into a pipe that nobody reads, say.</summary>
    public static ProxyProcess StartInto(string stdout, IReadOnlyList<string> arguments) =>
        Start(new ProcessStartInfo("/bin/sh", ["-c", "out=$0; exec \"$@\" > \"$out\"", stdout, ProgramPath, .. arguments]), environment: null);

    private static ProxyProcess Start(ProcessStartInfo start, IReadOnlyDictionary<string, string?>? environment)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var proxy = new ProxyProcess(new Process { StartInfo = start });
        proxy._process.OutputDataReceived += proxy.Take;
        proxy._process.ErrorDataReceived += proxy.Take;
        proxy._process.Start();
        proxy._process.BeginOutputReadLine();
        proxy._process.BeginErrorReadLine();
        return proxy;
    }

    /// <summary>Starts it with a configuration and awaits that it serves.</summary>
    public static async Task<ProxyProcess> StartReadyAsync(string configPath, CancellationToken cancellationToken, string ready = " READY ", IReadOnlyDictionary<string, string?>? environment = null, string[]? arguments = null)
    {
        var proxy = Start(["--config", configPath, .. arguments ?? []], environment);
        await proxy.LineAsync(ready, cancellationToken);
        return proxy;
    }

    /// <summary>Awaits a line that contains a text; fails with all output when the process ends first.</summary>
    public async Task<string> LineAsync(string text, CancellationToken cancellationToken, int atLeast = 1)
    {
        await Eventually.HoldsAsync(
            () => Task.FromResult(Count(text) >= atLeast || (_process.HasExited && Drained())),
            () => $"a line with '{text}' among:\n{Output}",
            cancellationToken);
        return Lines.Where(line => line.Contains(text, StringComparison.Ordinal)).ElementAtOrDefault(atLeast - 1)
            ?? throw new InvalidOperationException($"the process ended with {_process.ExitCode} before '{text}':\n{Output}");
    }

    public int Count(string text) => _lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public void Signal(int signal)
    {
        if (SendSignal(Pid, signal) != 0)
        {
            throw new InvalidOperationException($"kill: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Awaits its end.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, then its exit code.</summary>
    public Task<int> StopAsync(CancellationToken cancellationToken)
    {
        Signal(Terminate);
        return ExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(Kill);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            _lines.Enqueue(text);
        }
    }

    // WaitForExit without a limit returns only when both streams have been read to their end.
    private bool Drained()
    {
        _process.WaitForExit();
        return true;
    }

    private static string FindProgram()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);   // …/tests/NAME/bin/CONFIGURATION/net10.0/
        var repository = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(repository, "src", "ActorProxy", "bin", output.Parent.Name, output.Name, "actor-proxy");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
