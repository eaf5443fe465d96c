using System.Security.Cryptography;

namespace ActorProxy.ControlPlane;

/// <summary>What an answer says instead of the story: it finds the story in the log.</summary>
internal static class ErrorId
{
    /// <summary>Eight random hex digits: short enough to read aloud, and nobody keeps enough log for two to meet.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(8, lowercase: true);
}
