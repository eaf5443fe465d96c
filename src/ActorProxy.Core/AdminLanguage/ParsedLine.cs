namespace ActorProxy.Core.AdminLanguage;

/// <summary>What a line turned out to be.</summary>
public abstract record ParsedLine
{
    /// <summary>Stands for a command name before one was read.</summary>
    public const string NoName = "-";

    /// <summary>Stands for every name that is no command.</summary>
    public const string UnknownName = "unknown";

    private ParsedLine(string name) => Name = name;

    /// <summary>The command's name for the log and as a label: one of the language's, never a client's own word.</summary>
    public string Name { get; }

    /// <summary>A command that this peer may use.</summary>
    public sealed record Accepted : ParsedLine
    {
        internal Accepted(string name, AdminCommand command)
            : base(name) => Command = command;

        /// <summary>The command.</summary>
        public AdminCommand Command { get; }
    }

    /// <summary>Anything else.</summary>
    public sealed record Refused : ParsedLine
    {
        internal Refused(string name, AdminRefusal refusal)
            : base(name) => Refusal = refusal;

        /// <summary>The first check that failed.</summary>
        public AdminRefusal Refusal { get; }
    }
}
