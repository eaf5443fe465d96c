using System.Net;
using ActorProxy.DataPlane.Listeners;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class ClientLimitTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", false)]
    [InlineData("203.0.113.7", "203.0.113.8", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    public void A_client_is_an_ipv4_address_or_an_ipv6_64_and_loopback_is_none(string first, string second, bool secondEnters)
    {
        var limit = new ClientLimit(1);
        Assert.True(limit.TryEnter(IPAddress.Parse(first)));

        Assert.Equal(secondEnters, limit.TryEnter(IPAddress.Parse(second)));
    }

    [Fact]
    public void Whoever_leaves_makes_room()
    {
        var (limit, client) = (new ClientLimit(1), IPAddress.Parse("203.0.113.7"));
        Assert.True(limit.TryEnter(client));
        Assert.False(limit.TryEnter(client));

        limit.Leave(client);

        Assert.True(limit.TryEnter(client));
    }

    [Fact]
    public void A_limit_set_later_counts_what_is_open_already()
    {
        var (limit, client) = (new ClientLimit(0), IPAddress.Parse("203.0.113.7"));
        Assert.True(limit.TryEnter(client));
        Assert.True(limit.TryEnter(client));

        limit.Resize(2);

        Assert.False(limit.TryEnter(client));
        limit.Resize(0);
        Assert.True(limit.TryEnter(client));
    }
}
