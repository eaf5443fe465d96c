using System.Text;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.RateLimiting;
using ActorProxy.DataPlane.Requests;
using ActorProxy.TestKit;
using ActorProxy.Tests.DataPlane.Listeners;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Requests;

/// <summary>What becomes of a request that not even an error can be sent for.</summary>
public sealed class RequestPipelineTests : IDisposable
{
    private readonly TaskCompletionSource<CancellationToken> _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[] _ports = FreePorts.Take(2);
    private readonly RecordedLog _log = new();
    private readonly BucketTable _buckets;
    private readonly UpstreamClients _clients;
    private readonly RequestPipeline _pipeline;

    public RequestPipelineTests()
    {
        var config = ServedDataPlane.Config(ServedDataPlane.Listener(_ports[0], _ports[1]));
        var live = TestRoutes.Live(config);
        _buckets = new BucketTable(config.RateLimit, TimeProvider.System);
        _clients = new UpstreamClients(new UpstreamConnector(new OwnAddresses(live), TimeProvider.System), 10, TimeProvider.System);
        var forwarder = new SiteForwarder(_clients, new UpstreamFailures(_log, NullLogger<UpstreamFailures>.Instance), new ExchangeClocks(TimeProvider.System), TimeProvider.System);
        _pipeline = new RequestPipeline(
            live, _log, new ProxyMetrics(), _buckets, forwarder, TimeProvider.System, NullLogger<RequestPipeline>.Instance);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_has_gone_before_its_error_was_written_is_a_499()
    {
        await using var served = await StartAsync(async context =>
        {
            _came.SetResult(context.RequestAborted);
            await Eventually.HoldsAsync(() => context.RequestAborted.IsCancellationRequested, "the client has gone", Stop);
        });
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Stop);
        await client.GetAsync(Stop, host: "unknown.test");
        await _came.Task;

        client.Reset();

        Assert.Null(await _ended.Task.WaitAsync(Stop));
        Assert.Equal(["REQUEST unknown.test GET / 499 -"], _log.Requests);
    }

    [Fact]
    public async Task An_error_that_can_not_be_written_ends_the_connection_and_is_the_proxys_502()
    {
        await using var served = await StartAsync(context =>
        {
            for (var written = 0; written < 2; written++)
            {
                context.Response.OnStarting(static () => throw new InvalidOperationException("No answer can begin."));
            }

            return Task.CompletedTask;
        });
        await using var client = await TestClient.ConnectTlsAsync(_ports[0], Stop);
        await client.GetAsync(Stop, host: "unknown.test");

        Assert.Equal("", Encoding.Latin1.GetString(await client.ReadToEndAsync(Stop)));

        Assert.Null(await _ended.Task.WaitAsync(Stop));
        Assert.Equal(["REQUEST unknown.test GET / 502 -"], _log.Requests);
    }

    public void Dispose()
    {
        _clients.Dispose();
        _buckets.Dispose();
    }

    private Task<ServedDataPlane> StartAsync(RequestDelegate before) => ServedDataPlane.StartAsync(
        ServedDataPlane.Config(ServedDataPlane.Listener(_ports[0], _ports[1])),
        async context =>
        {
            await before(context);
            _ended.SetResult(await Record.ExceptionAsync(() => _pipeline.InvokeAsync(context)));
        });
}
