using System.Runtime.InteropServices;
using ActorProxy.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

[Collection(RunsAlone.Name)]
public sealed class UnusedMemoryTests
{
    private const int Each = 8 * 1024;
    private const int Count = 8 * 1024;

    [Fact]
    public void What_a_crowd_has_left_goes_back_to_the_system()
    {
        using var usage = new ProcessUsage();
        UnusedMemory.GiveBack();
        FillAndLeave();
        var before = usage.ResidentBytes();

        UnusedMemory.GiveBack();

        // Half of the native blocks' 64 MiB at least: the last one stays in use, so that the heap's end can't just move down.
        Assert.InRange(before - usage.ResidentBytes(), 32L * 1024 * 1024, long.MaxValue);
    }

    // As OpenSSL leaves it: freed blocks below one that is in use.
    private static unsafe void FillAndLeave()
    {
        var blocks = new nint[Count];
        for (var index = 0; index < Count; index++)
        {
            blocks[index] = (nint)NativeMemory.Alloc(Each);
            new Span<byte>((void*)blocks[index], Each).Fill(1);
        }

        foreach (var block in blocks[..^1])
        {
            NativeMemory.Free((void*)block);
        }

        Kept = blocks[^1];
    }

    private static nint Kept { get; set; }
}
