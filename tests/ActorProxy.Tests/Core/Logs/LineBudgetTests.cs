using ActorProxy.Core.Logs;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.Core.Logs;

public sealed class LineBudgetTests
{
    [Fact]
    public void No_second_holds_more_than_five_lines_of_a_client_and_none_is_forgotten()
    {
        Gen.Select(Gen.Int[0, 600], Gen.ULong[0, 2]).Array[1, 300].Sample(steps =>
        {
            var budget = new LineBudget();
            var now = 1_000_000L;
            var written = new List<(ulong Client, long At)>();
            var suppressed = new long[3];
            foreach (var (pause, client) in steps)
            {
                now += pause > 300 ? 0 : pause;
                var recent = written.Count(line => line.Client == client && now - line.At < 1000);
                var taken = budget.TryTake(client, now, out var told);
                Assert.Equal(recent < 5, taken);
                Assert.Equal(taken ? suppressed[client] : 0, told);
                suppressed[client] = taken ? 0 : suppressed[client] + 1;
                if (taken)
                {
                    written.Add((client, now));
                }
            }
        });
    }

    [Fact]
    public void More_noisy_clients_than_it_remembers_share_one_budget()
    {
        var budget = new LineBudget(maxClients: 10);

        var first = Enumerable.Range(0, 10).Count(client => budget.TryTake((ulong)client, 5000, out _));
        var others = Enumerable.Range(10, 100).Count(client => budget.TryTake((ulong)client, 5500, out _));
        var known = budget.TryTake(3, 5600, out _);
        var later = Enumerable.Range(200, 10).Count(client => budget.TryTake((ulong)client, 6700, out _));

        Assert.Equal((10, 5, true, 10), (first, others, known, later));
    }

    [Fact]
    public void A_clock_that_is_set_back_silences_nobody()
    {
        var budget = new LineBudget();
        for (var i = 0; i < 6; i++)
        {
            budget.TryTake(1, 1_000_000, out _);
        }

        Assert.True(budget.TryTake(1, 500, out var suppressed));
        Assert.Equal(1, suppressed);
    }
}
