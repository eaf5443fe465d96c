using ActorProxy.CommandLine;
using ActorProxy.ControlPlane.AdminSocket;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;

namespace ActorProxy.Hosting;

/// <summary>What the configuration and the environment say of the admin socket.</summary>
internal static class AdminSocketSetup
{
    /// <summary>Where the socket shall be; <c>null</c> when it is disabled.</summary>
    /// <param name="path">The key's value.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="admin">The <c>[admin]</c> table, valid.</param>
    public static SocketPlace? Place(string path, int mode, Admin admin) => path.Length == 0
        ? null
        : new SocketPlace
        {
            Path = path,
            BaseDirs = admin.BaseDirs,
            Mode = mode,
            Group = admin.SocketGroup is { } group
                ? AccountNames.FindGid(group) ?? throw new StartRefusedException(ExitCodes.Config, $"admin.socket_group: there is no group {group}")
                : null,
        };

    /// <summary>Takes the token out of the environment, whether the socket is enabled or not.</summary>
    /// <exception cref="StartRefusedException">It can't be used.</exception>
    public static AdminToken? TakeToken() => AdminTokenSource.Take() switch
    {
        AdminTokenResult.None => null,
        AdminTokenResult.Found found => found.Token,
        AdminTokenResult.Invalid invalid => throw new StartRefusedException(ExitCodes.Config, invalid.Problem),
        _ => throw new InvalidOperationException("No other result exists."),
    };

    /// <summary>The channel; its thread runs, and the actor binds.</summary>
    public static AdminChannel? Build(ProxyConfig config, Func<SocketPlace, AdminChannelParts> parts) =>
        Place(config.AdminSocketPath, config.Admin.SocketMode, config.Admin) is { } place ? new AdminChannel(parts(place)) : null;
}
