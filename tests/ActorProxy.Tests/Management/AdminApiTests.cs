using System.Net;
using System.Text.Json;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.Management;
using ActorProxy.TestKit;
using ActorProxy.Tests.ControlPlane;
using ActorProxy.Tests.ControlPlane.AdminSocket;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.Management;

public sealed class AdminApiTests : IDisposable, IControlPlane
{
    private const string Key = "0123456789abcdef";

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RecordedLog _log = new();
    private ReloadAnswer _reload = new ReloadAnswer.Reloaded(2, true, ConfigChanges.None);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_key_there_is_nothing_there()
    {
        await using var server = await StartAsync(key: null);

        Assert.Equal((404, ""), await AskAsync(server, "GET", "/admin/status", Key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdeF")]
    [InlineData("0123456789abcdef0")]
    public async Task A_missing_or_wrong_key_is_unauthorized(string? presented)
    {
        await using var server = await StartAsync(NewKey());

        Assert.Equal((401, ""), await AskAsync(server, "GET", "/admin/status", presented));
    }

    [Fact]
    public async Task With_the_key_it_answers_as_the_socket_does()
    {
        await using var server = await StartAsync(NewKey());

        var (status, body) = await AskAsync(server, "GET", "/admin/status", Key);

        Assert.Equal(200, status);
        Assert.StartsWith("""{"status":"ok","uptime_secs":1,"sites":1,"revision":1,""", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_is_200_and_one_that_failed_is_500()
    {
        await using var server = await StartAsync(NewKey());
        var (ok, changed) = await AskAsync(server, "POST", "/admin/reload", Key);
        _reload = new ReloadAnswer.Failed(ReloadFailure.Failed, "0a1b2c3d");

        Assert.Equal(200, ok);
        Assert.StartsWith("""{"status":"ok","revision":2,"changed":true,""", changed, StringComparison.Ordinal);
        Assert.Equal(
            (500, """{"status":"error","message":"reload failed","error_id":"0a1b2c3d"}"""), await AskAsync(server, "POST", "/admin/reload", Key));
    }

    [Theory]
    [InlineData("POST", "/admin/status", "GET")]
    [InlineData("GET", "/admin/reload", "POST")]
    [InlineData("GET", "/admin/rotate-key", "POST")]
    public async Task Another_method_is_not_allowed(string method, string path, string allowed)
    {
        await using var server = await StartAsync(NewKey());
        using var client = await ManagementClient.ConnectAsync(server.EndPoint, Ct);
        await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Bearer {Key}\r\n\r\n", Ct);

        var response = await client.ReceiveAsync(Ct);

        Assert.StartsWith("HTTP/1.1 405 ", response, StringComparison.Ordinal);
        Assert.Contains($"Allow: {allowed}\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_ten_wrong_keys_in_a_minute_only_wrong_ones_are_told_to_wait()
    {
        await using var server = await StartAsync(NewKey());
        for (var attempt = 0; attempt < 10; attempt++)
        {
            Assert.Equal(401, (await AskAsync(server, "GET", "/admin/status", "wrong")).Status);
        }

        Assert.Equal(429, (await AskAsync(server, "GET", "/admin/status", "wrong")).Status);
        Assert.Equal(401, (await AskAsync(server, "GET", "/admin/status", null)).Status);
        Assert.Equal(200, (await AskAsync(server, "GET", "/admin/status", Key)).Status);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(401, (await AskAsync(server, "GET", "/admin/status", "wrong")).Status);
    }

    [Fact]
    public async Task A_rotated_key_replaces_the_old_one()
    {
        await using var server = await StartAsync(NewKey());
        var (status, body) = await AskAsync(server, "POST", "/admin/rotate-key", Key);
        using var json = JsonDocument.Parse(body);
        var rotated = json.RootElement.GetProperty("key").GetString()!;

        Assert.Equal(200, status);
        Assert.Matches("^[0-9a-f]{64}$", rotated);
        Assert.Equal("restart", json.RootElement.GetProperty("until").GetString());
        Assert.Equal(401, (await AskAsync(server, "GET", "/admin/status", Key)).Status);
        Assert.Equal(200, (await AskAsync(server, "GET", "/admin/status", rotated)).Status);
    }

    [Fact]
    public async Task Nothing_that_is_logged_shows_a_key()
    {
        await using var server = await StartAsync(NewKey());
        await AskAsync(server, "GET", "/admin/status", Key);
        await AskAsync(server, "GET", "/admin/status", "a-wrong-key-0123");
        var (_, body) = await AskAsync(server, "POST", "/admin/rotate-key", Key);
        using var json = JsonDocument.Parse(body);

        Assert.Equal(3, _log.Lines.Count);
        Assert.DoesNotContain(_log.Lines, line => line.Contains(Key, StringComparison.Ordinal)
            || line.Contains("a-wrong-key", StringComparison.Ordinal)
            || line.Contains(json.RootElement.GetProperty("key").GetString()!, StringComparison.Ordinal));
    }

    public Task<ReloadAnswer> ReloadAsync(ReloadTrigger trigger, CancellationToken cancellationToken)
    {
        Assert.Equal(ReloadTrigger.Http, trigger);
        return Task.FromResult(_reload);
    }

    private void WriteKey(string text)
    {
        File.WriteAllText(_directory["key"], text);
        File.SetUnixFileMode(_directory["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private AdminKey NewKey()
    {
        WriteKey(Key);
        return AdminKey.Load(_directory["key"]);
    }

    private async Task<ManagementServer> StartAsync(AdminKey? key)
    {
        var metrics = new ProxyMetrics();
        var api = key is null ? null : new AdminApi(key, new FixedState(), this, metrics, _log, _time);
        var endpoints = new ManagementEndpoints(new Readiness(), new MetricsPage(new TrafficMetrics(metrics)), showDetails: true, api);
        var bound = Assert.IsType<LoopbackPortResult.Bound>(LoopbackPort.Bind(0));
        var server = new ManagementServer(bound.Socket, endpoints.HandleAsync, TimeProvider.System, NullLoggerFactory.Instance);
        await server.StartAsync(Ct);
        return server;
    }

    private static async Task<(int Status, string Body)> AskAsync(ManagementServer server, string method, string path, string? key)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{(IPEndPoint)server.EndPoint}") };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        using var response = await client.SendAsync(request, Ct);
        return ((int)response.StatusCode, (await response.Content.ReadAsStringAsync(Ct)).TrimEnd('\n'));
    }
}
