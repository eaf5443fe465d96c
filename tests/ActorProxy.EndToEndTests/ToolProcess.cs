using System.Diagnostics;

namespace ActorProxy.EndToEndTests;

/// <summary>Runs a program that nobody here wrote, to its end.</summary>
internal static class ToolProcess
{
    public sealed record Result(int ExitCode, string Output, string Error);

    public static Task<Result> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken, string? input = null) =>
        RunAsync(new ProcessStartInfo(program, arguments), cancellationToken, input);

    public static async Task<Result> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken, string? input = null)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input ?? "");
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return new Result(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
