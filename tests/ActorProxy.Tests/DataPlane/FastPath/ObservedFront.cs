using System.Collections.Concurrent;
using System.Text;
using ActorProxy.Core.Metrics;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>A front before an upstream of its own, and all that can be seen of both while a client's traffic passes.</summary>
internal sealed class ObservedFront : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _heads = new();
    private readonly RawUpstream _upstream;
    private ProxyFront? _front;
    private Traffic? _traffic;

    private ObservedFront() => _upstream = new RawUpstream(AnswerAsync);

    /// <summary>Requests that reached the upstream with letters that only the fast path keeps, and all.</summary>
    public (int Fast, int All) Taken { get; private set; }

    private ProxyFront Front => _front ?? throw new InvalidOperationException("not started");

    public static async Task<ObservedFront> StartAsync(bool fastPath)
    {
        var observed = new ObservedFront();
        var config = TestRoutes.Config(TestRoutes.Listener(TestRoutes.Site("a.test", observed._upstream.Port)));
        observed._front = await ProxyFront.StartAsync(config, fastPath: fastPath);
        return observed;
    }

    /// <summary>Sends a client's traffic over a connection of its own, to that connection's end.</summary>
    /// <returns>Everything that could be seen.</returns>
    public async Task<string> ObserveAsync(Traffic traffic)
    {
        _heads.Clear();
        _traffic = traffic;
        var linesBefore = Front.Log.Lines.Count;
        var countersBefore = Counters();
        var reader = new ClientReader(traffic.Requests);
        using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            deadline.CancelAfter(Deadline);
            await using var client = await Front.RawAsync();
            var reading = reader.ReadToEndAsync(client.Stream, deadline.Token);
            await SendAsync(client, traffic, reader);
            await reading;
        }

        for (var turn = 0; turn < 1000 && !IsQuiet(); turn++)
        {
            await Task.Yield();
        }

        await Eventually.HoldsAsync(IsQuiet, "all requests end", TestContext.Current.CancellationToken);
        var heads = _heads.Distinct().ToArray();
        Taken = (Taken.Fast + heads.Count(head => head.Contains(Traffic.Mark, StringComparison.Ordinal)), Taken.All + heads.Length);
        var counters = Counters().Select((count, at) => count - countersBefore[at]);
        return string.Join(
            '\n',
            [.. heads.Select(ShowHead), "answers:", .. reader.Answers, "lines:", .. Front.Log.Lines.Skip(linesBefore), $"counters: {string.Join(' ', counters)}"]);
    }

    public async ValueTask DisposeAsync()
    {
        await Front.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private static async Task SendAsync(RawClient client, Traffic traffic, ClientReader reader)
    {
        var sent = 0;
        try
        {
            for (var number = 0; number < traffic.Requests.Count; number++)
            {
                foreach (var piece in Pieces(traffic.Requests[number], sent, traffic.Cuts))
                {
                    await client.SendAsync(piece);
                    await Task.Yield();
                }

                sent += traffic.Requests[number].Length;
                if (!traffic.IsPipelined)
                {
                    await reader.WaitForAsync(number + 1);
                }
            }
        }
        catch (IOException)
        {
            // Ended before all was sent.
        }
    }

    private static IEnumerable<string> Pieces(string text, int offset, int[] cuts)
    {
        var start = 0;
        foreach (var cut in cuts.Select(cut => cut - offset).Where(cut => cut > 0 && cut < text.Length).Append(text.Length))
        {
            yield return text[start..cut];
            start = cut;
        }
    }

    // Names in any order, the values of each in theirs.
    private static string ShowHead(string head)
    {
        var lines = head[..^4].Split("\r\n");
        var fields = lines[1..].Select(line => line.Split(": ", 2))
            .GroupBy(field => field[0].ToLowerInvariant(), field => field[1])
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={string.Join('|', field.Select(value => value.Length > 60 ? $"{value.Length}" : value))}");
        return $"upstream: {lines[0]} [{string.Join("; ", fields)}]";
    }

    private async Task AnswerAsync(RawUpstreamConnection connection)
    {
        while (true)
        {
            var head = await connection.ReadHeadAsync();
            _heads.Enqueue(head);
            await ReadBodyAsync(connection, head);
            var answer = _traffic!.AnswerTo(head);
            foreach (var piece in Pieces(answer.Text, 0, answer.Cuts))
            {
                await connection.WriteAsync(piece);
                await Task.Yield();
            }

            if (answer.EndsConnection)
            {
                return;
            }
        }
    }

    private static async Task ReadBodyAsync(RawUpstreamConnection connection, string head)
    {
        if (head.Contains("Content-Length: 3\r\n", StringComparison.Ordinal))
        {
            await connection.ReadAsync(3);
        }
    }

    private bool IsQuiet() => Front.Metrics.RequestsInFlight == 0 && Sites().Sum(site => site.Requests) == Front.Log.Requests.Count;

    private IEnumerable<SiteCounters> Sites() => [Front.Metrics.UnknownHost, .. Front.Metrics.Sites];

    private long[] Counters() =>
    [
        .. Enumerable.Range(1, 5).Select(status => Sites().Sum(site => site.RequestsOfClass(status))),
        Front.Metrics.UnknownHost.Requests,
        Sites().Sum(site => site.UpstreamErrors.Sum(error => error.Value.Value)),
        Front.Metrics.RateLimited.Value,
    ];
}
