namespace ActorProxy.Core.Configuration.Rules;

/// <summary><c>[logging]</c>.</summary>
internal static class LoggingRules
{
    public static Logging Read(Fields root, ConfigDraft draft)
    {
        if (root.Table(ConfigKeys.Logging) is not { } table)
        {
            return new Logging();
        }

        var fields = new Fields(table, ConfigKeys.Logging, draft.Problems);
        return new Logging
        {
            Level = fields.Choice(
                "level",
                LogLevelName.Info,
                ("trace", LogLevelName.Trace),
                ("debug", LogLevelName.Debug),
                ("info", LogLevelName.Info),
                ("warn", LogLevelName.Warn),
                ("error", LogLevelName.Error)),
            Format = fields.Choice("format", LogFormat.Text, ("text", LogFormat.Text), ("json", LogFormat.Json)),
            LogFilePath = ReadPath(fields),
        };
    }

    private static string? ReadPath(Fields fields)
    {
        if (!fields.TryText("log_file_path", out var path))
        {
            return null;
        }

        if (PathRules.Absolute(path) is { } wrong)
        {
            fields.Problem("log_file_path", $"`log_file_path` {wrong}");
        }

        return path;
    }
}
