using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

public class AccountNamesTests
{
    [Fact]
    public void Names_are_resolved() => Assert.Equal((0u, 0u), (AccountNames.FindUid("root"), AccountNames.FindGid("root")));

    [Fact]
    public void Numbers_need_not_exist() => Assert.Equal((424242u, 424242u), (AccountNames.FindUid("424242"), AccountNames.FindGid("424242")));

    [Theory]
    [InlineData("")]
    [InlineData("no-such-account")]
    [InlineData("-1")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("0x10")]
    public void Anything_else_is_unknown(string name) => Assert.Equal((null, null), (AccountNames.FindUid(name), AccountNames.FindGid(name)));
}
