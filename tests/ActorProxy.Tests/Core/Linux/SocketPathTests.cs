using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

public class SocketPathTests
{
    [Theory]
    [InlineData("/run/actor-proxy/admin.sock")]
    [InlineData("/run/admin.socket")]
    [InlineData("/var/run/actor-proxy/admin.sock")]
    [InlineData("/srv/base/a..b/admin.sock")]
    public void A_path_below_a_base_directory_is_right(string path) =>
        Assert.Null(SocketPath.Problem(path, ["/run", "/srv/base/"]));

    [Theory]
    [InlineData("", "must be an absolute path")]
    [InlineData("run/admin.sock", "must be an absolute path")]
    [InlineData("/run/../etc/admin.sock", "must not contain ..")]
    [InlineData("/run//admin.sock", "must not contain empty components")]
    [InlineData("/run/./admin.sock", "must not contain empty components")]
    [InlineData("/run/admin.sock/", "must end in .sock or .socket")]
    [InlineData("/run/admin", "must end in .sock or .socket")]
    [InlineData("/run/admin.sock.bak", "must end in .sock or .socket")]
    [InlineData("/run/ad\nmin.sock", "must not contain control characters")]
    [InlineData("/runner/admin.sock", "must be below one of admin.base_dirs (/run, /srv/base)")]
    [InlineData("/etc/admin.sock", "must be below one of admin.base_dirs (/run, /srv/base)")]
    public void A_path_wrong_by_its_text_is_told_what_to_change(string path, string problem) =>
        Assert.Equal(problem, SocketPath.Problem(path, ["/run", "/srv/base"]));

    [Fact]
    public void A_path_has_at_most_107_bytes()
    {
        string OfBytes(int bytes) => "/run/é" + new string('a', bytes - 7 - 5) + ".sock";

        Assert.Null(SocketPath.Problem(OfBytes(107), ["/run"]));
        Assert.Equal("must be at most 107 bytes long", SocketPath.Problem(OfBytes(108), ["/run"]));
    }

    [Fact]
    public void The_root_directory_may_be_a_base() => Assert.Null(SocketPath.Problem("/any/where.sock", ["/"]));

    [Fact]
    public void The_longest_base_that_fits_is_the_one_that_is_resolved() =>
        Assert.Equal(("/run/user", "1000/admin.sock"), SocketPath.FindBase("/var/run/user/1000/admin.sock", ["/run", "/var/run/user/"]));
}
