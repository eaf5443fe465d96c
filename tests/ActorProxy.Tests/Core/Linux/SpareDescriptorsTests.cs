using ActorProxy.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

[Collection(RunsAlone.Name)]
public class SpareDescriptorsTests
{
    [Fact]
    public void One_that_is_given_up_is_taken_back()
    {
        using var spares = new SpareDescriptors(2);
        Assert.True(spares.GiveUp());
        Assert.True(spares.GiveUp());
        Assert.False(spares.GiveUp());

        spares.Replenish();

        Assert.Equal(2, spares.Count);
    }

    [Fact]
    public void A_descriptor_that_is_closed_becomes_a_missing_spare_under_its_own_number()
    {
        using var spares = new SpareDescriptors(1);
        spares.GiveUp();
        using var folder = new SocketFolder();
        using var listener = SocketFolder.PutListener(folder.Path);
        using var client = SocketFolder.Connect(folder.Path);
        var accepted = listener.Accept(out _)!;
        var number = accepted.DangerousGetHandle();

        spares.Close(accepted);

        Assert.True(accepted.IsClosed);
        Assert.Equal(1, spares.Count);
        Assert.Equal("/dev/null", new FileInfo($"/proc/self/fd/{number}").LinkTarget);
        Assert.Equal(0, client.Receive(new byte[1]));
    }

    [Fact]
    public void The_last_descriptors_are_left()
    {
        // All that there are but these: as if the limit were just above what this process has open.
        using var probe = File.OpenHandle("/dev/null");
        var left = (int)DescriptorLimit.Soft - (int)probe.DangerousGetHandle() - 3;

        using var spares = new SpareDescriptors(1_000_000, left);

        Assert.InRange(spares.Count, 0, 100);
        Assert.True(DescriptorReserve.IsNext(probe, left));
        Assert.False(DescriptorReserve.IsNext(probe, left: 1));
    }

    [Fact]
    public void With_all_spares_there_a_descriptor_is_only_closed()
    {
        using var spares = new SpareDescriptors(1);
        var source = File.OpenHandle("/dev/null");

        spares.Close(source);

        Assert.True(source.IsClosed);
        Assert.Equal(1, spares.Count);
    }
}
