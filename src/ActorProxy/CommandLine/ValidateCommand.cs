using System.Globalization;
using ActorProxy.Core.Configuration;

namespace ActorProxy.CommandLine;

/// <summary><c>--validate</c>: everything that is wrong with the file, for the operator who owns it.</summary>
internal static class ValidateCommand
{
    /// <summary>Loads the file as a start would, binds nothing, and writes a line for each problem.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string path, bool allowWildcardBind, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        var loader = new SnapshotLoader(path, allowWildcardBind, time);
        switch (await loader.LoadAsync(current: null, running: null, cancellationToken))
        {
            case LoadResult.Valid valid:
                foreach (var warning in valid.Warnings)
                {
                    await output.WriteLineAsync(Line(path, warning, "warning: "));
                }

                await output.WriteLineAsync($"OK: {Summary(valid.Snapshot.Config)}");
                return ExitCodes.Ok;
            case LoadResult.Invalid invalid:
                return await RefuseAsync(path, invalid.Problems, output);
            case LoadResult.Unreadable unreadable:
                return await RefuseAsync(path, [new Problem(0, 0, unreadable.Reason)], output);
            default:
                return await RefuseAsync(path, [new Problem(0, 0, "config file changed during read, please retry")], output);
        }
    }

    private static async Task<int> RefuseAsync(string path, IReadOnlyCollection<Problem> problems, TextWriter output)
    {
        foreach (var problem in problems)
        {
            await output.WriteLineAsync(Line(path, problem, ""));
        }

        await output.WriteLineAsync(Counted(problems.Count, "problem"));
        return ExitCodes.Config;
    }

    /// <summary>How a problem is shown to the operator who owns the file; one of the file as a whole stands at its beginning.</summary>
    internal static string Line(string path, Problem problem, string severity) => string.Create(
        CultureInfo.InvariantCulture, $"{path}:{Math.Max(1, problem.Line)}:{Math.Max(1, problem.Column)}: {severity}{problem.Message}");

    private static string Summary(ProxyConfig config) =>
        $"{Counted(config.Listeners.Length, "listener")}, {Counted(config.Listeners.Sum(listener => listener.Sites.Length), "site")}";

    private static string Counted(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
