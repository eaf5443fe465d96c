using System.Net.Sockets;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.Management;
using ActorProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorProxy.Tests.Management;

public sealed class ManagementEndpointsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Readiness _readiness = new();
    private readonly ProxyMetrics _metrics = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_is_200_and_empty()
    {
        await using var server = await StartAsync();
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);

        var response = await client.RequestAsync("GET", "/health", Cancelled);

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", response, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", response, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 0\r\n", response, StringComparison.Ordinal);
        Assert.Contains("Cache-Control: no-store\r\n", response, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_names_every_component_and_start_and_stop_are_503()
    {
        await using var server = await StartAsync();
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);
        _readiness.Publish("listeners", Readiness.Starting);
        await ExpectAsync(client, 503, """{"status":"starting","components":{"listeners":"starting"}}""");
        _readiness.Started();
        _readiness.Publish("listeners", Readiness.Ok);
        _readiness.Publish("config", Readiness.Ok);

        await ExpectAsync(client, 200, """{"status":"ready","components":{"config":"ok","listeners":"ok"}}""");
        _readiness.Publish("admin_socket", "refused");
        await ExpectAsync(client, 200, """{"status":"degraded","components":{"admin_socket":"refused","config":"ok","listeners":"ok"}}""");
        _readiness.Drain();
        await ExpectAsync(client, 503, """{"status":"draining","components":{"admin_socket":"refused","config":"ok","listeners":"ok"}}""");
    }

    [Fact]
    public async Task Metrics_are_the_page()
    {
        _metrics.RateLimited.Add(5);
        await using var server = await StartAsync();
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);

        var response = await client.RequestAsync("GET", "/metrics", Cancelled);

        Assert.Contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n", response, StringComparison.Ordinal);
        Assert.Contains("\nactor_proxy_rate_limited_total 5\n", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/health/", 404)]
    [InlineData("GET", "/healthy", 404)]
    [InlineData("GET", "/admin/status", 404)]
    [InlineData("GET", "/health?x=1", 200)]
    [InlineData("HEAD", "/health", 200)]
    [InlineData("POST", "/health", 405)]
    [InlineData("DELETE", "/health/ready", 405)]
    [InlineData("PUT", "/metrics", 405)]
    public async Task Anything_else_is_404_and_other_methods_are_405(string method, string target, int status)
    {
        await using var server = await StartAsync();
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);

        var response = await client.RequestAsync(method, target, Cancelled);

        Assert.StartsWith($"HTTP/1.1 {status} ", response, StringComparison.Ordinal);
        Assert.Equal(status == 405, response.Contains("Allow: GET, HEAD\r\n", StringComparison.Ordinal));
        Assert.Contains("Cache-Control: no-store\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_details_there_are_no_metrics_and_no_components()
    {
        await using var server = await StartAsync(showDetails: false);
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Cancelled);
        _readiness.Started();
        _readiness.Publish("config", "restarting");

        await ExpectAsync(client, 200, """{"status":"degraded"}""");
        Assert.StartsWith("HTTP/1.1 404 ", await client.RequestAsync("GET", "/metrics", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unix_socket_that_listens_already_is_served_and_its_file_left_alone()
    {
        var path = _directory["health.sock"];
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        await using (var server = Server(socket, showDetails: true))
        {
            await server.StartAsync(Cancelled);
            using var client = await ManagementClient.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancelled);

            Assert.StartsWith("HTTP/1.1 200 ", await client.RequestAsync("GET", "/health", Cancelled), StringComparison.Ordinal);
        }
    }

    public void Dispose() => _directory.Dispose();

    private static async Task ExpectAsync(ManagementClient client, int status, string json)
    {
        var response = await client.RequestAsync("GET", "/health/ready", Cancelled);
        Assert.StartsWith($"HTTP/1.1 {status} ", response, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json\r\n", response, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + json, response, StringComparison.Ordinal);
    }

    private async Task<ManagementServer> StartAsync(bool showDetails = true)
    {
        var server = Server(Assert.IsType<LoopbackPortResult.Bound>(LoopbackPort.Bind(0)).Socket, showDetails);
        await server.StartAsync(Cancelled);
        return server;
    }

    private ManagementServer Server(Socket socket, bool showDetails)
    {
        var endpoints = new ManagementEndpoints(_readiness, new MetricsPage(new TrafficMetrics(_metrics)), showDetails);
        return new ManagementServer(socket, endpoints.HandleAsync, TimeProvider.System, NullLoggerFactory.Instance);
    }
}
