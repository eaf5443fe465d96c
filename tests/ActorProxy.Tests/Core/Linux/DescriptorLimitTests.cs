using ActorProxy.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

public sealed class DescriptorLimitTests
{
    [Fact]
    public void The_soft_limit_is_raised_to_the_hard_one()
    {
        DescriptorLimit.RaiseSoftToHard();

        Assert.Equal(DescriptorLimit.Hard, DescriptorLimit.Soft);
        Assert.NotEqual(0ul, DescriptorLimit.Hard);
    }
}
