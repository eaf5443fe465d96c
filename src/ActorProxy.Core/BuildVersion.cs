using System.Reflection;

namespace ActorProxy.Core;

/// <summary>Which build this is.</summary>
public static class BuildVersion
{
    private static readonly string[] Parts =
        (typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+', 2);

    /// <summary><c>1.2.3</c>.</summary>
    public static string Version => Parts[0];

    /// <summary>The commit it was built from; <c>unknown</c> when it was built outside a repository.</summary>
    public static string Commit => Parts.Length > 1 ? Parts[1] : "unknown";

    /// <summary><c>1.2.3+commit</c>.</summary>
    public static string Text => $"{Version}+{Commit}";
}
