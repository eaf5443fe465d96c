using System.Net;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.Logging;
using ActorProxy.TestKit;
using ActorProxy.Tests.Core.Logs;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorProxy.Tests.Logging;

public sealed partial class LoggingSetupTests : IDisposable
{
    private const string Now = "2026-11-23T10:00:00.000Z";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    private readonly TempDirectory _directory = new();
    private readonly LogPipe _pipe = new();
    private readonly LoggingSetup _logging;
    private readonly ILogger _log;

    public LoggingSetupTests()
    {
        _logging = new LoggingSetup(_time, new LogQueue(_time, new Counter(), _pipe.Writer));
        _log = _logging.Factory.CreateLogger("ActorProxy.Reloads");
    }

    [Fact]
    public async Task An_event_is_a_line_with_its_placeholders_in_their_order()
    {
        ConfigReload(_log, "success", ReloadTrigger.AutoRevert, 3, null, TimeSpan.FromSeconds(2), true, 1.5, ["b c", "a"]);

        Assert.Equal(
            $"{Now} INFO CONFIG_RELOAD status=success trigger=auto_revert revision=3 http_port=- took=00:00:02 changed=true ratio=1.5 names=b%20c,a",
            await ReadAsync());
    }

    [Fact]
    public async Task Json_holds_the_same_fields()
    {
        Assert.Null(_logging.Configure(new ActorProxy.Core.Configuration.Logging { Format = LogFormat.Json }));
        ConfigReload(_log, "a=\"b\"\n", ReloadTrigger.Sighup, 3, 80, TimeSpan.Zero, false, 0.25, []);

        Assert.Equal(
            $$"""{"time":"{{Now}}","level":"INFO","event":"CONFIG_RELOAD","status":"a%3D%22b%22%0A","trigger":"sighup","revision":3,"http_port":80,"took":"00:00:00","changed":false,"ratio":0.25,"names":"-"}""",
            await ReadAsync());
    }

    [Fact]
    public async Task An_exception_is_one_field_and_its_stack_is_for_the_debug_level()
    {
        var exception = Thrown();
        ReloadCrashed(_log, "e-1", exception);
        _logging.Level = LogLevelName.Debug;
        ReloadCrashed(_log, "e-2", exception);

        Assert.Equal(
            $"{Now} ERROR CONFIG_RELOAD error_id=e-1 exception=InvalidOperationException:%20no%0Aroute%20<-%20IOException:%20disk%3Don%20fire",
            await ReadAsync());
        var detailed = await ReadAsync();
        Assert.StartsWith($"{Now} ERROR CONFIG_RELOAD error_id=e-2 exception=System.InvalidOperationException:%20no%0Aroute", detailed, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), detailed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Libraries_are_heard_from_warnings_on_and_named_by_their_category()
    {
        var routing = _logging.Factory.CreateLogger("Microsoft.AspNetCore.Routing");
        _logging.Level = LogLevelName.Trace;
        routing.LogInformation("now listening on {Address}", "x");
        routing.LogWarning("overlong \"name\" {Address}", "http://[::]:80\r\n");
        _logging.Level = LogLevelName.Error;
        routing.LogWarning("unheard");
        _logging.Level = LogLevelName.Info;
        _logging.Factory.CreateLogger("Yarp.ReverseProxy.HttpForwarder").LogWarning("heard");

        Assert.Equal($"{Now} WARN ROUTING message=overlong%20%22name%22%20http://[::]:80%0D%0A", await ReadAsync());
        Assert.Equal($"{Now} WARN HTTP_FORWARDER message=heard", await ReadAsync());
    }

    [Fact]
    public async Task A_field_never_repeats_what_every_line_has()
    {
        LevelChanged(_log, LogLevelName.Debug, "x", "y");

        Assert.Equal($"{Now} WARN LOG_LEVEL event_level=debug event_time=x event_event=y", await ReadAsync());
    }

    [Fact]
    public async Task The_level_holds_for_events_at_once()
    {
        _logging.Level = LogLevelName.Warn;
        Noted(_log, 1);
        Assert.False(_log.IsEnabled(LogLevel.Information));
        _logging.Level = LogLevelName.Debug;
        Noted(_log, 2);
        Assert.True(_log.IsEnabled(LogLevel.Debug));

        Assert.EndsWith("NOTED number=2", await ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Akka_logs_through_it()
    {
        var host = new HostBuilder().ConfigureServices(services =>
        {
            services.AddSingleton(_logging.Factory);
            services.AddAkka("proxy", akka => akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory(_logging.Factory);
            }));
        }).Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var system = host.Services.GetRequiredService<ActorSystem>();

        system.Log.Info("unheard");
        Akka.Event.Logging.GetLogger(system, "somebody").Error(Thrown(), "it failed: {0}", "a b");
        var line = await ReadAsync();
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains(" ERROR ", line, StringComparison.Ordinal);
        Assert.Contains("message=it%20failed:%20a%20b", line, StringComparison.Ordinal);
        Assert.Contains("exception=InvalidOperationException:%20no%0Aroute", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_lines_and_events_share_the_file_and_a_bad_file_is_named()
    {
        Assert.Null(_logging.Configure(new ActorProxy.Core.Configuration.Logging { LogFilePath = _directory["proxy.log"] }));
        Noted(_log, 1);
        _logging.AccessLog.Request(new RequestLine { ClientIp = IPAddress.Loopback, Status = 200 });
        Assert.True(_logging.Flush(TimeSpan.FromSeconds(20)));

        var lines = await File.ReadAllLinesAsync(_directory["proxy.log"], TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        using var other = new LoggingSetup(_time, new LogQueue(_time, new Counter(), _pipe.Writer));
        Assert.Contains("does not exist", other.Configure(new ActorProxy.Core.Configuration.Logging { LogFilePath = "/nowhere/proxy.log" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DurationMs", "duration_ms")]
    [InlineData("HTTPPort", "http_port")]
    [InlineData("error_id", "error_id")]
    [InlineData("PeerUid", "peer_uid")]
    [InlineData("@Sha256", "sha256")]
    [InlineData("x", "x")]
    public void Names_become_snake_case(string name, string expected) => Assert.Equal(expected, SnakeCase.Of(name));

    public void Dispose()
    {
        _logging.Dispose();
        _pipe.Dispose();
        _directory.Dispose();
    }

    [LoggerMessage(EventName = "CONFIG_RELOAD", Level = LogLevel.Information, Message = "{Status} {Trigger} {Revision} {HttpPort} {Took} {Changed} {Ratio} {Names}")]
    private static partial void ConfigReload(
        ILogger log, string status, ReloadTrigger trigger, long revision, int? httpPort, TimeSpan took, bool changed, double ratio, string[] names);

    [LoggerMessage(EventName = "CONFIG_RELOAD", Level = LogLevel.Error, Message = "{ErrorId}")]
    private static partial void ReloadCrashed(ILogger log, string errorId, Exception exception);

    [LoggerMessage(EventName = "LOG_LEVEL", Level = LogLevel.Warning, Message = "{Level} {Time} {Event}")]
    private static partial void LevelChanged(ILogger log, LogLevelName level, string time, string @event);

    [LoggerMessage(EventName = "NOTED", Level = LogLevel.Information, Message = "{Number}")]
    private static partial void Noted(ILogger log, int number);

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("no\nroute", new IOException("disk=on fire"));
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }

    [Fact]
    public async Task What_any_client_brings_about_in_Kestrel_is_no_error_of_ours()
    {
        var kestrel = _logging.Factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel");

        kestrel.LogError(new EventId(34, "RequestBodyDrainBodyReaderInvalidState"), new InvalidOperationException("busy"), "drained in vain");
        kestrel.LogError(new EventId(13, "ApplicationError"), "told");

        Assert.Contains("ERROR KESTREL message=told", await ReadAsync(), StringComparison.Ordinal);
    }

    private Task<string> ReadAsync() => _pipe.ReadLineAsync(TestContext.Current.CancellationToken);
}
