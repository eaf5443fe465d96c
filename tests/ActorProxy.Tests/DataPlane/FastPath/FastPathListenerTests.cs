using System.Collections.Immutable;
using System.Text;
using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.DataPlane;
using ActorProxy.TestKit;
using ActorProxy.Tests.DataPlane.Listeners;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.FastPath;

/// <summary>The fast path on a real listener: its clocks, its drain and its clients that send no more.</summary>
public sealed class FastPathListenerTests : IAsyncDisposable
{
    private const string Get = "GET / HTTP/1.1\r\nHost: site.test\r\n" + Traffic.Mark + "\r\n";

    private readonly TestCertificate _certificate = TestCertificates.SelfSigned("site.test");
    private readonly int _port = FreePorts.Take(1)[0];
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _goOn = new(0);
    private readonly RecordedLog _log = new();
    private readonly RawUpstream _upstream;

    // Half an answer, and the other half when the test says so.
    public FastPathListenerTests() => _upstream = new RawUpstream(async connection =>
    {
        while (true)
        {
            Assert.Contains("aCCept", await connection.ReadHeadAsync());
            await connection.WriteAsync("HTTP/1.1 200 ");
            _asked.TrySetResult();
            await _goOn.WaitAsync(connection.Stopping);
            await connection.WriteAsync("OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            await _goOn.WaitAsync(connection.Stopping);
            await connection.WriteAsync("6\r\n whole\r\n0\r\n\r\n");
        }
    });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drain_during_a_request_is_told_in_its_answer()
    {
        await using var plane = await StartAsync(TimeProvider.System);
        await using var client = await TestClient.ConnectTlsAsync(_port, Stop);
        await client.SendAsync(Get, Stop);
        await _asked.Task.WaitAsync(Stop);

        var draining = plane.DrainAsync(TimeSpan.FromMinutes(1), Stop);
        _goOn.Release(2);

        var answer = Encoding.Latin1.GetString(await client.ReadToEndAsync(Stop));
        Assert.Contains("\r\nConnection: close\r\n\r\n", answer);
        Assert.EndsWith(" whole\r\n0\r\n\r\n", answer);
        await draining.WaitAsync(Stop);
    }

    [Fact]
    public async Task The_idle_clock_stands_still_during_an_answer_and_goes_on_behind_it()
    {
        await using var plane = await StartAsync(_time);
        await using var client = await TestClient.ConnectTlsAsync(_port, Stop);
        await client.SendAsync(Get, Stop);
        await _asked.Task.WaitAsync(Stop);
        Walk(seconds: 5);
        _goOn.Release();
        await ReadUntilAsync(client, "half\r\n");
        Walk(seconds: 5);
        _goOn.Release();
        await ReadUntilAsync(client, "0\r\n\r\n");
        await Eventually.HoldsAsync(() => _log.Requests.Count == 1, "a line", Stop);

        // Once more, on the same connection: nothing was about to end it.
        await client.SendAsync(Get, Stop);
        _goOn.Release(2);
        await ReadUntilAsync(client, "0\r\n\r\n");
        await Eventually.HoldsAsync(() => _log.Requests.Count == 2, "another line", Stop);

        var rest = client.ReadToEndAsync(Stop);
        await Eventually.HoldsAsync(
            () =>
            {
                Walk(seconds: 1);
                return rest.IsCompleted;
            },
            "it ends",
            Stop);
        Assert.Empty(await rest);
        Assert.All(_log.Lines, line => Assert.Equal("REQUEST site.test GET / 200 upstream", line));
    }

    [Fact]
    public async Task A_client_that_announces_its_end_gets_its_answer()
    {
        await using var plane = await StartAsync(TimeProvider.System);
        await using var client = await TestClient.ConnectTlsAsync(_port, Stop);
        await client.SendAsync(Get, Stop);
        await _asked.Task.WaitAsync(Stop);

        await client.Tls.ShutdownAsync();
        client.EndInput();
        _goOn.Release();
        await ReadUntilAsync(client, "half\r\n");
        _goOn.Release();

        Assert.EndsWith("whole\r\n0\r\n\r\n", Encoding.Latin1.GetString(await client.ReadToEndAsync(Stop)));
        await Eventually.HoldsAsync(() => _log.Requests.Count == 1, "a line", Stop);
        Assert.Equal(["REQUEST site.test GET / 200 upstream"], _log.Lines);
    }

    [Fact]
    public async Task A_client_whose_input_ends_unannounced_is_a_499()
    {
        await using var plane = await StartAsync(TimeProvider.System);
        await using var client = await TestClient.ConnectTlsAsync(_port, Stop);
        await client.SendAsync(Get, Stop);
        await _asked.Task.WaitAsync(Stop);

        client.EndInput();

        await Eventually.HoldsAsync(() => _log.Requests.Count == 1, "a line", Stop);
        Assert.Equal(["REQUEST site.test GET / 499 upstream"], _log.Lines);
    }

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _certificate.Dispose();
        _goOn.Dispose();
    }

    private static async Task ReadUntilAsync(TestClient client, string mark)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(mark, StringComparison.Ordinal))
        {
            await client.Stream.ReadExactlyAsync(one, Stop);
            text.Append((char)one[0]);
        }
    }

    // In steps of the walk over all connections: the first one too many says farewell, a later one breaks off.
    private void Walk(int seconds)
    {
        for (var step = 0; step < seconds * 10; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private async Task<KestrelDataPlane> StartAsync(TimeProvider time)
    {
        var listener = ServedDataPlane.Listener(_port) with { Sites = [TestRoutes.Site("site.test", _upstream.Port)] };
        var snapshot = new Snapshot
        {
            Revision = 1,
            Config = ServedDataPlane.Config(listener) with { ConnectionIdleTimeoutSecs = 1 },
            Sha256 = "",
            Certificates = ImmutableDictionary<ListenAddress, CertificatePair>.Empty.Add(listener.HttpsAddress, _certificate.ToPair()),
        };
        var plane = KestrelDataPlane.Create(snapshot, new ProxyMetrics(), _log, NullLoggerFactory.Instance, time);
        Assert.IsType<BindResult.Bound>(await plane.Listeners.BindAsync(listener.HttpsAddress, []));
        plane.Listeners.Open(listener.HttpsAddress);
        return plane;
    }
}
