using ActorProxy.Core.AdminLanguage;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>What every connection's actor works with.</summary>
/// <param name="Parser">Reads lines.</param>
/// <param name="Routes">Knows whom to tell.</param>
/// <param name="Settings">From HOCON.</param>
/// <param name="Tell">Logs what happened and gives the id that finds it.</param>
internal sealed record AdminConversation(
    AdminCommandParser Parser, CommandRoutes Routes, AdminSocketSettings Settings, Func<string, string> Tell);
