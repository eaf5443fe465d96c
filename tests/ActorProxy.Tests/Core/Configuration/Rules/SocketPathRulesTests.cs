using ActorProxy.Core.Configuration;
using ActorProxy.Core.Configuration.Rules;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration.Rules;

public class SocketPathRulesTests
{
    [Theory]
    [InlineData("/run/actor-proxy/admin.sock")]
    [InlineData("/var/run/actor-proxy/admin.sock")]
    [InlineData("/srv/base/a..b/admin.sock")]
    public void A_path_below_a_base_directory_is_right(string path) => Assert.Null(PathRules.Socket(path, Below(["/run", "/srv/base/"])));

    [Theory]
    [InlineData("run/admin.sock")]
    [InlineData("/run/../etc/admin.sock")]
    [InlineData("/run/actor-proxy/../../etc/admin.sock")]
    [InlineData("/run//admin.sock")]
    [InlineData("/run/./admin.sock")]
    [InlineData("/run/ad\nmin.sock")]
    [InlineData("/runner/admin.sock")]
    [InlineData("/etc/admin.sock")]
    [InlineData("/run")]
    public void A_path_that_could_lead_elsewhere_is_wrong(string path) => Assert.NotNull(PathRules.Socket(path, Below(["/run", "/srv/base"])));

    [Fact]
    public void A_path_has_at_most_107_bytes_not_characters()
    {
        Assert.Null(PathRules.Socket("/run/é" + new string('a', 95) + ".sock", Below(["/run"])));
        Assert.StartsWith("must be at most 107 bytes long", PathRules.Socket("/run/é" + new string('a', 96) + ".sock", Below(["/run"])));
    }

    private static Admin Below(params string[] baseDirs) => new() { BaseDirs = [.. baseDirs] };
}
