using ActorProxy.ControlPlane.Supervision;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Supervision;

public sealed class FailureWindowTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void More_failures_than_the_limit_within_the_window_spend_it()
    {
        var window = new FailureWindow(2, TimeSpan.FromSeconds(60), _time);

        Assert.Equal([true, true, false], new[] { window.Add(), window.Add(), window.Add() });
    }

    [Fact]
    public void Old_failures_are_forgotten()
    {
        var window = new FailureWindow(1, TimeSpan.FromSeconds(60), _time);
        for (var i = 0; i < 10; i++)
        {
            Assert.True(window.Add());
            _time.Advance(TimeSpan.FromSeconds(61));
        }
    }
}
