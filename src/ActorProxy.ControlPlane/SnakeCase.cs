using System.Text.Json;

namespace ActorProxy.ControlPlane;

/// <summary>How names of ours are written for operators.</summary>
internal static class SnakeCase
{
    /// <summary><c>AutoRevert</c> → <c>auto_revert</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
