using System.Collections.Frozen;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>
/// Who may use the admin socket, by the kernel's word alone. Root and the proxy's own user are always admins; a peer in both lists is
/// an admin. Names are resolved once, when this is made.
/// </summary>
public sealed class AdminAccess
{
    // What every id without a mapping looks like (user_namespaces(7)): nobody in particular, so it never matches.
    private const uint Overflow = 65534;

    private readonly uint _ownUid;
    private readonly FrozenSet<uint> _adminUids;
    private readonly FrozenSet<uint> _adminGids;
    private readonly FrozenSet<uint> _viewerUids;
    private readonly FrozenSet<uint> _viewerGids;

    internal AdminAccess(uint ownUid, uint[] adminUids, uint[] adminGids, uint[] viewerUids, uint[] viewerGids)
    {
        _ownUid = ownUid;
        _adminUids = Known(adminUids);
        _adminGids = Known(adminGids);
        _viewerUids = Known(viewerUids);
        _viewerGids = Known(viewerGids);
    }

    /// <summary>Resolves the names of the configuration.</summary>
    /// <param name="admin">A valid <c>[admin]</c> table.</param>
    /// <exception cref="InvalidOperationException">A name is unknown, which validation has not let pass.</exception>
    public static AdminAccess Resolve(Admin admin) => new(
        CurrentUser.Uid,
        [.. admin.AdminUids.Select(name => AccountNames.FindUid(name) ?? throw Unknown("user", name))],
        [.. admin.AdminGids.Select(name => AccountNames.FindGid(name) ?? throw Unknown("group", name))],
        [.. admin.ViewerUids.Select(name => AccountNames.FindUid(name) ?? throw Unknown("user", name))],
        [.. admin.ViewerGids.Select(name => AccountNames.FindGid(name) ?? throw Unknown("group", name))]);

    /// <summary>The role of a peer.</summary>
    /// <param name="peer">As the kernel attests it.</param>
    /// <returns><c>null</c> for a peer that may nothing.</returns>
    public AdminRole? RoleOf(PeerCredentials peer)
    {
        if (IsRootOrOwn(peer) || _adminUids.Contains(peer.Uid) || HasGroup(peer, _adminGids))
        {
            return AdminRole.Admin;
        }

        return _viewerUids.Contains(peer.Uid) || HasGroup(peer, _viewerGids) ? AdminRole.Viewer : null;
    }

    /// <summary>Whether slots are kept for this peer.</summary>
    /// <param name="peer">As the kernel attests it.</param>
    public bool IsRootOrOwn(PeerCredentials peer) => peer.Uid == 0 || (peer.Uid == _ownUid && _ownUid != Overflow);

    private static bool HasGroup(PeerCredentials peer, FrozenSet<uint> groups) =>
        groups.Contains(peer.Gid) || peer.Groups.Any(groups.Contains);

    private static FrozenSet<uint> Known(uint[] ids) => ids.Where(id => id != Overflow).ToFrozenSet();

    private static InvalidOperationException Unknown(string kind, string name) => new($"[admin] names an unknown {kind}: {name}");
}
