namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>What an upstream sends.</summary>
/// <param name="Text">One char a byte.</param>
/// <param name="Cuts">Where it is cut into writes.</param>
/// <param name="EndsConnection">Whether it closes behind it.</param>
internal sealed record ScriptedAnswer(string Text, int[] Cuts, bool EndsConnection);
