using ActorProxy.ControlPlane;
using Akka.Configuration;
using Xunit;

namespace ActorProxy.Tests.ControlPlane;

public sealed class ActorSettingsTests
{
    [Fact]
    public void Every_key_is_read()
    {
        var settings = ActorSettings.From(ActorTests.Shipped("actor-proxy.conf"));

        Assert.Equal((1, 10, 10), (settings.Supervision.ProbeInterval.TotalSeconds, settings.Supervision.DeafAfter.TotalSeconds, settings.Supervision.MaxFailures));
        Assert.Equal(10, settings.Config.PrepareTimeout.TotalSeconds);
        Assert.Equal((100, 5000), (settings.Listeners.RebindMin.TotalMilliseconds, settings.Listeners.RebindMax.TotalMilliseconds));
        Assert.Equal(1, settings.Drift.Interval.TotalSeconds);
        Assert.Equal(14, settings.Certificates.WarnBefore.TotalDays);
    }

    [Theory]
    [InlineData("deaf-after")]
    [InlineData("prepare-timeout")]
    [InlineData("rebind-max")]
    [InlineData("interval")]
    public void A_missing_key_fails_the_start_and_is_named(string key)
    {
        var lines = ActorTests.Text("actor-proxy.conf").Split('\n').Where(line => !line.TrimStart().StartsWith(key + " =", StringComparison.Ordinal));

        var failure = Assert.Throws<ConfigurationException>(() => ActorSettings.From(ConfigurationFactory.ParseString(string.Join('\n', lines))));

        Assert.Contains($"'{key}'", failure.Message);
    }
}
