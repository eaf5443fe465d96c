using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.Core.AdminLanguage;

public class AdminAccessTests
{
    private const uint Own = 990;
    private const uint Nobody = 65534;

    private static readonly AdminAccess Access = new(Own, adminUids: [1000], adminGids: [27], viewerUids: [1001, 1000], viewerGids: [4]);

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(Own, 5u)]
    [InlineData(1000u, 5u)]   // in both lists
    [InlineData(7u, 27u)]
    [InlineData(7u, 5u, 3u, 27u)]
    [InlineData(7u, 4u, 27u)]   // a viewer's group and an admin's
    public void Admins(uint uid, uint gid, params uint[] groups) => Assert.Equal(AdminRole.Admin, Access.RoleOf(Peer(uid, gid, groups)));

    [Theory]
    [InlineData(1001u, 5u)]
    [InlineData(7u, 4u)]
    [InlineData(7u, 5u, 4u)]
    public void Viewers(uint uid, uint gid, params uint[] groups) => Assert.Equal(AdminRole.Viewer, Access.RoleOf(Peer(uid, gid, groups)));

    [Theory]
    [InlineData(7u, 5u)]
    [InlineData(27u, 1000u)]   // a uid is no gid
    [InlineData(7u, 0u, 0u)]   // root's group is not root
    [InlineData(Nobody, Nobody)]
    public void Nobodies(uint uid, uint gid, params uint[] groups) => Assert.Null(Access.RoleOf(Peer(uid, gid, groups)));

    [Fact]
    public void The_overflow_ids_never_match_even_when_they_are_listed()
    {
        var access = new AdminAccess(Own, [Nobody], [Nobody], [Nobody], [Nobody]);

        Assert.Null(access.RoleOf(Peer(Nobody, Nobody, Nobody)));
    }

    [Fact]
    public void A_proxy_that_runs_as_nobody_has_root_as_its_only_admin()
    {
        var access = new AdminAccess(Nobody, [], [], [], []);

        Assert.Null(access.RoleOf(Peer(Nobody, Nobody)));
        Assert.False(access.IsRootOrOwn(Peer(Nobody, Nobody)));
        Assert.Equal(AdminRole.Admin, access.RoleOf(Peer(0, 0)));
    }

    [Fact]
    public void Slots_are_kept_for_root_and_the_own_user_alone()
    {
        Assert.True(Access.IsRootOrOwn(Peer(0, 5)));
        Assert.True(Access.IsRootOrOwn(Peer(Own, 5)));
        Assert.False(Access.IsRootOrOwn(Peer(1000, 27)));
    }

    [Fact]
    public void Names_and_numbers_are_resolved()
    {
        var access = AdminAccess.Resolve(new ActorProxy.Core.Configuration.Admin { ViewerUids = ["root", "424242"], AdminGids = ["root"] });

        Assert.Equal(AdminRole.Viewer, access.RoleOf(Peer(424242, 5)));
        Assert.Equal(AdminRole.Admin, access.RoleOf(Peer(7, 0)));
    }

    private static PeerCredentials Peer(uint uid, uint gid, params uint[] groups) => new(1, uid, gid, [.. groups]);
}
