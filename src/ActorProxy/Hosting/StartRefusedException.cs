namespace ActorProxy.Hosting;

/// <summary>The program can't start with what it was given. Says what to change.</summary>
internal sealed class StartRefusedException(int exitCode, params IReadOnlyList<string> lines) : Exception(string.Join('\n', lines))
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Lines { get; } = lines;
}
