using System.Collections.Concurrent;
using System.Net;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>Well-behaved clients, two of HTTP/1.1 and two of HTTP/2, each asking all the time over the one connection that it keeps.</summary>
internal sealed class SteadyClients : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<HttpClient> _clients = [];
    private readonly string _expected;
    private Task _asking = Task.CompletedTask;
    private int _connections;
    private long _answered;

    private SteadyClients(string expected) => _expected = expected;

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Starts them, and awaits that each was answered once.</summary>
    /// <param name="proxy">Whom they ask.</param>
    /// <param name="expected">The body of every answer.</param>
    /// <param name="port">Another listener than the first.</param>
    public static async Task<SteadyClients> StartAsync(RunningProxy proxy, string expected = "a", int? port = null)
    {
        var steady = new SteadyClients(expected);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version11, HttpVersion.Version20, HttpVersion.Version20 })
        {
            var client = proxy.Client(version, port, connecting: () => Interlocked.Increment(ref steady._connections));
            steady._clients.Add(client);
            Assert.Equal(expected, await client.GetStringAsync("/", TestContext.Current.CancellationToken));
        }

        steady._asking = Task.WhenAll(steady._clients.Select(steady.AskAsync));
        return steady;
    }

    /// <summary>Not one request failed, no connection was cut, and they did ask.</summary>
    public async Task AssertUndisturbedAsync()
    {
        await StopAsync();
        Assert.True(_failures.IsEmpty, $"{_failures.Count} of {Answered} requests failed, first {_failures.FirstOrDefault()}");
        Assert.Equal(_clients.Count, _connections);
        Assert.True(Answered > _clients.Count, "nothing was asked meanwhile");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _clients.ForEach(client => client.Dispose());
        _stopping.Dispose();
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _asking;
    }

    private async Task AskAsync(HttpClient client)
    {
        using var timer = new PeriodicTimer(Pace);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var answer = await client.GetStringAsync("/", CancellationToken.None);
                if (answer != _expected)
                {
                    _failures.Enqueue($"answered '{answer}'");
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                _failures.Enqueue(failure.ToString());
            }

            Interlocked.Increment(ref _answered);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
