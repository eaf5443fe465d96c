namespace ActorProxy.Core.Configuration;

/// <summary>One thing that is wrong in a file, or worth a warning.</summary>
/// <param name="Line">1-based; 0 when the problem is the file itself.</param>
/// <param name="Column">1-based; 0 when the problem is the file itself.</param>
/// <param name="Message">What is wrong and what to change.</param>
public sealed record Problem(int Line, int Column, string Message);
