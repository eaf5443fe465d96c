using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.Supervision;

public sealed class UnheardTests
{
    [Fact]
    public void What_was_forwarded_before_an_answered_probe_has_been_seen()
    {
        var unheard = new Unheard(10);
        unheard.Add("before", ActorRefs.Nobody, lastProbe: 1);
        unheard.Add("after", ActorRefs.Nobody, lastProbe: 2);

        unheard.Answered(2);

        Assert.Equal(["after"], unheard.TakeAll().Select(entry => entry.Message));
        Assert.Empty(unheard.TakeAll());
    }

    [Fact]
    public void It_is_bounded_and_the_oldest_go_first()
    {
        var unheard = new Unheard(2);
        foreach (var message in new[] { "a", "b", "c" })
        {
            unheard.Add(message, ActorRefs.Nobody, lastProbe: 0);
        }

        Assert.Equal(["b", "c"], unheard.TakeAll().Select(entry => entry.Message));
    }
}
