namespace ActorProxy.Core.AdminLanguage;

/// <summary>One word of the admin language.</summary>
public sealed record CommandDefinition
{
    internal CommandDefinition(string name, string arguments, AdminRole role, string help, Func<string[], AdminCommand?> read)
    {
        Name = name;
        Arguments = arguments;
        Role = role;
        Help = help;
        Read = read;
    }

    /// <summary>Lower-case.</summary>
    public string Name { get; }

    /// <summary>How its arguments are written; empty for none.</summary>
    public string Arguments { get; }

    /// <summary>Who may use it.</summary>
    public AdminRole Role { get; }

    /// <summary>One sentence.</summary>
    public string Help { get; }

    /// <summary>The command as it is typed: <c>rollback [REVISION]</c>.</summary>
    public string Syntax => Arguments.Length == 0 ? Name : $"{Name} {Arguments}";

    /// <summary>Reads the words after the name; <c>null</c> when they are wrong, missing or too many.</summary>
    internal Func<string[], AdminCommand?> Read { get; }
}
