using System.Globalization;

namespace ActorProxy.CommandLine;

/// <summary>Reads the command line. Options take their value as the next word or after <c>=</c>.</summary>
internal static class Arguments
{
    public const string DefaultConfigPath = "/etc/actor-proxy/config.toml";

    public const string Usage = """
        actor-proxy: an edge reverse proxy

        usage:
          actor-proxy [--config PATH] [--allow-wildcard-bind]
                                      run (default: /etc/actor-proxy/config.toml)
          actor-proxy --config PATH --validate
                                      check the file, print every problem, exit
          actor-proxy demo [--https-port N] [--http-port N] [--health-port N]
                                      run with an embedded upstream; needs no config and no privileges
          actor-proxy ctl [--socket PATH] [--json] COMMAND...
                                      talk to a running proxy; `actor-proxy ctl help` lists the commands
          actor-proxy --version | --help

        signals: HUP reloads the configuration, USR1 reopens the log file, TERM and INT stop gracefully
        exit codes: 0 clean stop, 1 run-time failure, 2 usage, 78 wrong configuration
        """;

    public static Command Parse(string[] arguments) => arguments switch
    {
        ["--help" or "-h" or "help"] => new Command.Help(),
        ["--version" or "version"] => new Command.Version(),
        ["ctl", .. var rest] => new Command.Ctl(rest),
        ["demo", .. var rest] => ParseDemo(rest),
        _ => ParseRun(arguments),
    };

    private static Command ParseRun(string[] arguments)
    {
        var options = Options.Read(arguments, valued: ["--config"], flags: ["--allow-wildcard-bind", "--validate"]);
        if (options.Problem is { } problem)
        {
            return new Command.Wrong(problem);
        }

        var config = options.Values.GetValueOrDefault("--config", DefaultConfigPath);
        if (config.Length == 0)
        {
            return new Command.Wrong("--config needs a path");
        }

        var wildcard = options.Flags.Contains("--allow-wildcard-bind");
        return options.Flags.Contains("--validate") ? new Command.Validate(config, wildcard) : new Command.Run(config, wildcard);
    }

    private static Command ParseDemo(string[] arguments)
    {
        var options = Options.Read(arguments, valued: ["--https-port", "--http-port", "--health-port"], flags: []);
        if (options.Problem is { } problem)
        {
            return new Command.Wrong(problem);
        }

        var ports = new Dictionary<string, int> { ["--https-port"] = 8443, ["--http-port"] = 8080, ["--health-port"] = 9900 };
        foreach (var (name, text) in options.Values)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            {
                return new Command.Wrong($"{name} needs a port from 1 to 65535");
            }

            ports[name] = port;
        }

        return ports.Values.Distinct().Count() == ports.Count
            ? new Command.Demo(ports["--https-port"], ports["--http-port"], ports["--health-port"])
            : new Command.Wrong("--https-port, --http-port and --health-port must differ");
    }

    private sealed record Options(Dictionary<string, string> Values, HashSet<string> Flags, string? Problem)
    {
        public static Options Read(string[] arguments, string[] valued, string[] flags)
        {
            var options = new Options([], [], null);
            for (var at = 0; at < arguments.Length; at++)
            {
                var (name, value) = Split(arguments[at]);
                if (flags.Contains(name) && value is null)
                {
                    options.Flags.Add(name);
                }
                else if (!valued.Contains(name))
                {
                    return options with { Problem = $"unknown argument '{Printable(name)}'" };
                }
                else if (value is null && ++at == arguments.Length)
                {
                    return options with { Problem = $"{name} needs a value" };
                }
                else if (!options.Values.TryAdd(name, value ?? arguments[at]))
                {
                    return options with { Problem = $"{name} was given twice" };
                }
            }

            return options;
        }

        private static (string Name, string? Value) Split(string argument) =>
            argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
                ? (argument[..at], argument[(at + 1)..])
                : (argument, null);

        // What is echoed to a terminal must not steer it.
        private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
    }
}
