using ActorProxy.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

public class SocketPathTests
{
    [Fact]
    public void The_longest_base_that_fits_is_the_one_that_is_resolved() =>
        Assert.Equal(("/run/user", "1000/admin.sock"), SocketPath.FindBase("/var/run/user/1000/admin.sock", ["/run", "/var/run/user/"]));

    [Fact]
    public void The_root_directory_may_be_a_base() => Assert.Equal(("", "any/where.sock"), SocketPath.FindBase("/any/where.sock", ["/"]));

    [Fact]
    public void A_base_is_no_prefix_of_a_name() => Assert.Null(SocketPath.FindBase("/runner/admin.sock", ["/run"]));
}
