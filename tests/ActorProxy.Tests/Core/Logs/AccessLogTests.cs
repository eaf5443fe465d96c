using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.Core.Logs;

public sealed class AccessLogTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    private readonly LogPipe _pipe = new();
    private readonly LogQueue _queue;
    private readonly AccessLog _log;

    public AccessLogTests()
    {
        _queue = new LogQueue(_time, new Counter(), _pipe.Writer);
        _log = new AccessLog(_queue, _time);
    }

    [Fact]
    public async Task Lines_look_as_the_contract_shows_them()
    {
        _log.Request(Line("203.0.113.50", 200, "127.0.0.1:3000"));
        _log.RateLimited(Line("203.0.113.50", 429, ""));
        _log.UpstreamError("git.example.com", "127.0.0.1:3000", "connection_refused");

        Assert.Equal(
            "2026-11-23T10:00:00.000Z INFO REQUEST client_ip=203.0.113.50 host=git.example.com method=GET path=/a status=200 upstream=127.0.0.1:3000 duration_ms=45 revision=3",
            await ReadAsync());
        Assert.Equal("2026-11-23T10:00:00.000Z WARN RATE_LIMIT client_ip=203.0.113.50 host=git.example.com path=/a status=429", await ReadAsync());
        Assert.Equal(
            "2026-11-23T10:00:00.000Z WARN UPSTREAM_ERROR host=git.example.com upstream=127.0.0.1:3000 error=connection_refused",
            await ReadAsync());
    }

    [Fact]
    public async Task What_could_not_be_read_is_a_dash()
    {
        _log.Request(new RequestLine { ClientIp = IPAddress.Loopback, Status = 400, Duration = TimeSpan.FromMilliseconds(0.9), Revision = 1 });

        Assert.EndsWith("REQUEST client_ip=127.0.0.1 host=- method=- path=- status=400 upstream=- duration_ms=0 revision=1", await ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_has_five_RATE_LIMIT_lines_in_any_second_and_the_next_counts_the_rest()
    {
        for (var i = 0; i < 12; i++)
        {
            _log.RateLimited(Line("2001:db8::1", 429, ""));
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        _log.RateLimited(Line("203.0.113.7", 429, ""));
        _time.Advance(TimeSpan.FromSeconds(1));
        _log.RateLimited(Line("2001:db8::1", 429, ""));
        _log.RateLimited(Line("2001:db8::1", 429, ""));

        for (var i = 0; i < 5; i++)
        {
            Assert.EndsWith("client_ip=2001:db8::1 host=git.example.com path=/a status=429", await ReadAsync(), StringComparison.Ordinal);
        }

        Assert.Contains("client_ip=203.0.113.7 ", await ReadAsync(), StringComparison.Ordinal);
        Assert.EndsWith(" status=429 suppressed=7", await ReadAsync(), StringComparison.Ordinal);
        Assert.EndsWith(" status=429", await ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_level_decides_at_once_which_lines_are_written()
    {
        _queue.Level = LogLevelName.Error;
        _log.Request(Line("203.0.113.1", 200, "u:1"));
        _log.RateLimited(Line("203.0.113.1", 429, ""));
        _log.UpstreamError("h", "u:1", "timeout");
        _queue.Level = LogLevelName.Warn;
        _log.Request(Line("203.0.113.2", 200, "u:1"));
        _log.UpstreamError("h", "u:2", "timeout");
        _queue.Level = LogLevelName.Info;
        _log.Request(Line("203.0.113.3", 200, "u:1"));

        Assert.Contains("upstream=u:2 ", await ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("client_ip=203.0.113.3 ", await ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_costs_no_allocation()
    {
        _queue.Level = LogLevelName.Info;
        WriteMany();
        var before = GC.GetAllocatedBytesForCurrentThread();
        WriteMany();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _pipe.Dispose();
    }

    private static RequestLine Line(string client, int status, string upstream) => new()
    {
        ClientIp = IPAddress.Parse(client),
        Host = "git.example.com",
        Method = "GET",
        Path = "/a?token=secret",
        Status = status,
        Upstream = upstream,
        Duration = TimeSpan.FromMilliseconds(45.9),
        Revision = 3,
    };

    private void WriteMany()
    {
        var address = IPAddress.Loopback;
        for (var i = 0; i < 200; i++)
        {
            _log.Request(new RequestLine { ClientIp = address, Host = "a.example", Method = "GET", Path = "/é b", Status = 200, Upstream = "u:1" });
            _log.RateLimited(new RequestLine { ClientIp = address, Host = "a.example", Path = "/", Status = 429 });
        }
    }

    private Task<string> ReadAsync() => _pipe.ReadLineAsync(TestContext.Current.CancellationToken);
}
