namespace ActorProxy.CommandLine.Ctl;

/// <summary>What <c>actor-proxy ctl</c> was asked. Options stand before or behind the command's words.</summary>
internal sealed record CtlArguments
{
    public const string DefaultSocket = "/run/actor-proxy/admin.sock";

    public const string Usage = """
        usage: actor-proxy ctl [--socket PATH] [--json] [--watch] COMMAND...

          --socket PATH   the admin socket (default: /run/actor-proxy/admin.sock)
          --json          print the answer as it came
          --watch         with status: again every second, until interrupted

        `actor-proxy ctl help` lists the commands that you may use.
        ADMIN_SOCKET_TOKEN in the environment is sent along, but only to a listener of root,
        your own or the owner of the socket's directory.

        exit codes: 0 ok, 1 the answer is an error, 2 usage, 3 cannot connect
        """;

    public string Socket { get; init; } = DefaultSocket;

    public bool Json { get; init; }

    public bool Watch { get; init; }

    public bool Help { get; init; }

    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What is wrong with the line; <c>null</c> when nothing is.</summary>
    public string? Problem { get; init; }

    public static CtlArguments Parse(string[] arguments)
    {
        var read = new CtlArguments();
        var words = new List<string>();
        for (var at = 0; at < arguments.Length; at++)
        {
            switch (arguments[at])
            {
                case "--json":
                    read = read with { Json = true };
                    break;
                case "--watch":
                    read = read with { Watch = true };
                    break;
                case "--help" or "-h":
                    return new CtlArguments { Help = true };
                case "--socket" when at + 1 < arguments.Length:
                    read = read with { Socket = arguments[++at] };
                    break;
                case "--socket":
                    return new CtlArguments { Problem = "--socket needs a path" };
                case var option when option.StartsWith("--socket=", StringComparison.Ordinal):
                    read = read with { Socket = option["--socket=".Length..] };
                    break;
                case var option when option.StartsWith('-'):
                    return new CtlArguments { Problem = $"unknown option '{PlainText.Of(option)}'" };
                case var word:
                    words.Add(word);
                    break;
            }
        }

        return (read with { Words = words }).Checked();
    }

    private CtlArguments Checked() => this switch
    {
        { Words: [] } => this with { Problem = "which command?" },
        { Socket: "" } => this with { Problem = "--socket needs a path" },
        { Watch: true, Words: not ["status"] } => this with { Problem = "--watch goes with status only" },
        _ when Words.Any(word => word.Any(char.IsControl)) => this with { Problem = "a command holds no control characters" },
        _ => this,
    };
}
