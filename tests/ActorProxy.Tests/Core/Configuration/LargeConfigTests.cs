using System.Text;
using ActorProxy.Core.Configuration;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration;

[Collection(RunsAlone.Name)]
public sealed class LargeConfigTests
{
    [Fact]
    public void One_large_file_costs_about_as_much_as_ten_small_ones()
    {
        var small = Text(1_000);
        var large = Text(10_000);
        Read(large);

        var ratio = LeastCpu(large, times: 1) / LeastCpu(small, times: 10);

        // Quadratic work would be ten times as much.
        Assert.InRange(ratio, 0, 4);
    }

    [Fact]
    public void Sites_cost_little_memory_while_they_are_read()
    {
        var text = Text(10_000);
        Read(text);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(text);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000 * 4096);
    }

    // CPU rather than time: other programs on the machine take their share of the latter.
    private static double LeastCpu(byte[] text, int times) => Enumerable.Range(0, 7).Min(_ =>
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var time = 0; time < times; time++)
        {
            Read(text);
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    });

    private static void Read(byte[] text) => Assert.NotNull(new TomlReader(false, ulong.MaxValue).Read(text, running: null).Config);

    private static byte[] Text(int sites)
    {
        var text = new StringBuilder("""
            rate_limit = { requests_per_second = 10, burst = 20 }
            body.limit_bytes = 1000
            [[listeners]]
            bind_addr = "192.0.2.1"
            tls = { mode = "manual", cert_path = "/cert", key_path = "/key" }

            """);
        for (var site = 0; site < sites; site++)
        {
            text.Append($"[[listeners.sites]]\nhost = \"h{site}.example.com\"\nupstream = \"127.0.0.1:{3000 + (site % 1000)}\"\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
