namespace ActorProxy.Core.Configuration.Toml;

/// <summary>A place in the file. Both numbers are 1-based; columns count characters (code points), a byte order mark not being one.</summary>
internal readonly record struct Position(int Line, int Column)
{
    /// <summary>What concerns the file as a whole.</summary>
    public static readonly Position WholeFile;
}
