using System.Text;
using ActorProxy.Tests.DataPlane.Forwarding.Http1;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>
/// Whatever clients and upstreams send, nobody can tell whether the fast path served it. Seeds are printed when one fails; those that
/// ever did are kept here.
/// </summary>
public sealed class FastPathPropertyTests
{
    private const int Samples = 400;

    private static readonly int[] Kept = [182, 316];

    [Fact]
    public async Task Both_paths_do_the_same()
    {
        await using var fast = await ObservedFront.StartAsync(fastPath: true);
        await using var general = await ObservedFront.StartAsync(fastPath: false);
        foreach (var seed in Kept)
        {
            await CompareAsync(seed, fast, general);
        }

        await Gen.Int.SampleAsync(seed => CompareAsync(seed, fast, general), iter: Samples, threads: 1);

        Assert.InRange(fast.Taken.Fast, fast.Taken.All / 2, fast.Taken.All);
        Assert.Equal(0, general.Taken.Fast);
    }

    private static async Task CompareAsync(int seed, ObservedFront fast, ObservedFront general)
    {
        var traffic = new Traffic(seed);
        var observed = await Task.WhenAll(fast.ObserveAsync(traffic), general.ObserveAsync(traffic));
        if (observed[0] != observed[1])
        {
            Assert.Fail(
                $"seed {seed}, pipelined {traffic.IsPipelined}, cut at [{string.Join(", ", traffic.Cuts)}]\n{Show(traffic)}\nfast:\n{observed[0]}\n\ngeneral:\n{observed[1]}");
        }
    }

    private static string Show(Traffic traffic) =>
        string.Join('\n', traffic.Requests.Select(request => $"{Quote(request)}\n    {Quote(traffic.AnswerTo(request).Text)}"));

    private static string Quote(string text) => Reading.Quote(Encoding.Latin1.GetBytes(text));
}
