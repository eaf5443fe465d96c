using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using ActorProxy.Core.Configuration;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>The admin language: what the parser, <c>help</c> and the completions go by.</summary>
public static class CommandTable
{
    private const int LongestSeconds = 3600;
    private const int LongestName = 200;
    private const int DefaultFdsSeconds = 10;

    /// <summary>Every command but <c>debug</c>, in the order that <c>help</c> shows.</summary>
    public static ImmutableArray<CommandDefinition> Commands { get; } =
    [
        Viewer("status", "how the proxy does: revision, connections, drift, what waits for a confirmation", new AdminCommand.Status()),
        Viewer("sites", "the sites with their upstreams and counters", new AdminCommand.Sites()),
        Viewer("history", "the last hundred reload attempts, newest first", new AdminCommand.History()),
        Viewer("actors", "the actors, their states and restarts", new AdminCommand.Actors()),
        Viewer("metrics", "the metrics as Prometheus text", new AdminCommand.Metrics()),
        Viewer("help", "the commands that you may use", new AdminCommand.Help()),
        Viewer("diff", "what the configuration file would change", new AdminCommand.Diff()),
        Admin(
            "reload",
            "[if-plan HASH] [confirm SECONDS]",
            "apply the file; with a plan, only what was validated; with confirm, undone unless confirmed",
            ReadReload),
        Admin("confirm", "", "keep a reload that waits for its confirmation", NoArguments(new AdminCommand.Confirm())),
        Admin("validate", "", "check the file and say what a reload would change, and its plan", NoArguments(new AdminCommand.Validate())),
        Admin("rollback", "[REVISION]", "apply an earlier configuration again, as a new revision", ReadRollback),
        Admin("log-level", "LEVEL", "trace, debug, info, warn or error, until restart or a reload that changes it", ReadLogLevel),
        Admin("log-reopen", "", "open the log file anew, after it was renamed", NoArguments(new AdminCommand.LogReopen())),
        Admin("shutdown", "", "stop gracefully", NoArguments(new AdminCommand.Shutdown())),
    ];

    /// <summary>The drills, which exist only with <c>admin.debug_commands</c>.</summary>
    public static CommandDefinition Debug { get; } =
        Admin("debug", "crash NAME | hang NAME SECONDS | fds N [SECONDS]", "drills: crash or hang an actor, hold descriptors", ReadDebug);

    private static FrozenDictionary<string, CommandDefinition> ByName { get; } =
        Commands.Append(Debug).ToFrozenDictionary(command => command.Name, StringComparer.Ordinal);

    /// <summary>What a peer may use.</summary>
    /// <param name="role">The peer's role.</param>
    /// <param name="debugCommands">Whether the drills exist.</param>
    public static ImmutableArray<CommandDefinition> For(AdminRole role, bool debugCommands) =>
        [.. (debugCommands ? Commands.Add(Debug) : Commands).Where(command => command.Role <= role)];

    internal static CommandDefinition? Find(string name, bool debugCommands) =>
        ByName.TryGetValue(name, out var command) && (debugCommands || command != Debug) ? command : null;

    private static CommandDefinition Viewer(string name, string help, AdminCommand command) =>
        new(name, "", AdminRole.Viewer, help, NoArguments(command));

    private static CommandDefinition Admin(string name, string arguments, string help, Func<string[], AdminCommand?> read) =>
        new(name, arguments, AdminRole.Admin, help, read);

    private static Func<string[], AdminCommand?> NoArguments(AdminCommand command) => words => words.Length == 0 ? command : null;

    private static AdminCommand.Reload? ReadReload(string[] words) => words switch
    {
        [] => new AdminCommand.Reload(null, null),
        ["if-plan", var plan] => new AdminCommand.Reload(plan, null),
        ["confirm", var seconds] when Seconds(seconds) is { } read => new AdminCommand.Reload(null, read),
        ["if-plan", var plan, "confirm", var seconds] when Seconds(seconds) is { } read => new AdminCommand.Reload(plan, read),
        _ => null,
    };

    private static AdminCommand.Rollback? ReadRollback(string[] words) => words switch
    {
        [] => new AdminCommand.Rollback(null),
        [var revision] when Number(revision, long.MaxValue) is { } read => new AdminCommand.Rollback(read),
        _ => null,
    };

    private static AdminCommand.LogLevel? ReadLogLevel(string[] words) => words switch
    {
        ["trace"] => new AdminCommand.LogLevel(LogLevelName.Trace),
        ["debug"] => new AdminCommand.LogLevel(LogLevelName.Debug),
        ["info"] => new AdminCommand.LogLevel(LogLevelName.Info),
        ["warn"] => new AdminCommand.LogLevel(LogLevelName.Warn),
        ["error"] => new AdminCommand.LogLevel(LogLevelName.Error),
        _ => null,
    };

    private static AdminCommand? ReadDebug(string[] words) => words switch
    {
        ["crash", { Length: <= LongestName } name] => new AdminCommand.DebugCrash(name),
        ["hang", { Length: <= LongestName } name, var seconds] when Seconds(seconds) is { } read => new AdminCommand.DebugHang(name, read),
        ["fds", var count] when Number(count, int.MaxValue) is { } read => new AdminCommand.DebugFds((int)read, DefaultFdsSeconds),
        ["fds", var count, var seconds] when Number(count, int.MaxValue) is { } many && Seconds(seconds) is { } read =>
            new AdminCommand.DebugFds((int)many, read),
        _ => null,
    };

    private static int? Seconds(string word) => (int?)Number(word, LongestSeconds);

    // Plain digits from 1 up: no sign, no blanks, no exponent.
    private static long? Number(string word, long largest) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= largest
            ? number
            : null;
}
