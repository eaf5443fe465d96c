using ActorProxy.Core.Planes;
using Xunit;
using static ActorProxy.ControlPlane.Reloads.ConfigMessages;

namespace ActorProxy.Tests.ControlPlane.Reloads;

public sealed class LoneReloadTests() : ConfigActorTests("actor-proxy.config { gather-after = 1s, gather-quiet = 1h, gather-at-most = 2h }")
{
    [Fact]
    public async Task A_reload_on_its_own_waits_for_nobody()
    {
        Assert.IsType<ReloadAnswer.Reloaded>(await AppliedAsync(confirm: null, "b.example.com"));
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<ReloadAnswer.Reloaded>(await AppliedAsync(confirm: null, "c.example.com"));
    }
}
