using System.Runtime.CompilerServices;
using ActorProxy.DataPlane.Listeners;

namespace ActorProxy.Tests;

/// <summary>What the program sets for Kestrel before its first server, set before the first of the tests.</summary>
internal static class TestProcess
{
    [ModuleInitializer]
    internal static void Apply() => ServerOptions.ApplyToKestrel();
}
