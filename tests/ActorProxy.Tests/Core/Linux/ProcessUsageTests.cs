using System.Diagnostics;
using ActorProxy.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

[Collection(RunsAlone.Name)]
public sealed class ProcessUsageTests
{
    [Fact]
    public void Descriptors_are_counted_as_the_kernel_lists_them()
    {
        using var usage = new ProcessUsage();
        var before = usage.OpenDescriptors();
        var held = Enumerable.Range(0, 1500).Select(_ => File.OpenHandle("/dev/null")).ToArray();
        var during = usage.OpenDescriptors();
        Array.ForEach(held, handle => handle.Dispose());

        // The listing itself holds one more.
        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length - 1, before - 5, before + 5);
        Assert.InRange(during - before, 1495, 1505);
        Assert.InRange(usage.OpenDescriptors() - before, -5, 5);
    }

    [Fact]
    public void Memory_is_what_the_kernel_says()
    {
        using var usage = new ProcessUsage();
        using var process = Process.GetCurrentProcess();

        Assert.InRange((double)usage.ResidentBytes() / process.WorkingSet64, 0.8, 1.25);
    }
}
