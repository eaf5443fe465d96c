using System.Text.Json;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class LogTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_line_has_every_field_and_no_query()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        using var client = proxy.Client();
        await client.GetStringAsync("/a/b%20c=d?secret=1", Ct);

        Assert.Matches(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO REQUEST client_ip=127\.0\.0\.1 host=site\.test method=GET path=/a/b%20c=d status=200 "
            + $@"upstream=127\.0\.0\.1:{upstream.Port} duration_ms=\d+ revision=1$",
            await proxy.Process.LineAsync(" REQUEST ", Ct));
    }

    [Fact]
    public async Task A_path_or_a_host_can_forge_neither_a_field_nor_a_line()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct);
        await using var stream = await proxy.ConnectTlsAsync(Ct);
        await RawHttp.SendAsync(stream, "GET /\"x\"%0aWARN HTTP/1.1\r\nHost: a=b\"c.test\r\n\r\n", Ct);
        await RawHttp.ReadAsync(stream, Ct);

        var line = await proxy.Process.LineAsync(" REQUEST ", Ct);
        Assert.Equal(11, line.Split(' ').Length);   // time, level, event and eight fields
        Assert.DoesNotContain('"', line);
    }

    [Fact]
    public async Task The_file_is_appended_to_reopened_by_a_signal_and_0640()
    {
        using var logs = new TempDirectory();
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(
            upstream, Ct, change: config => config with { Logging = $"level = \"info\"\nlog_file_path = \"{logs["proxy.log"]}\"" });
        using var client = proxy.Client();
        await client.GetStringAsync("/one", Ct);
        await LineInAsync(logs["proxy.log"], "path=/one ");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(logs["proxy.log"]));

        File.Move(logs["proxy.log"], logs["proxy.log.1"]);
        proxy.Process.Signal(ProxyProcess.User1);
        await Eventually.HoldsAsync(() => File.Exists(logs["proxy.log"]), "a new log file", Ct);
        await client.GetStringAsync("/two", Ct);

        await LineInAsync(logs["proxy.log"], "path=/two ");
        Assert.DoesNotContain("path=/two ", await File.ReadAllTextAsync(logs["proxy.log.1"], Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_asked_for_is_json_written_also_without_a_file()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { Logging = "format = \"json\"" }, ready: "\"READY\"");
        using var client = proxy.Client();
        await client.GetStringAsync("/a", Ct);

        var line = await proxy.Process.LineAsync("\"REQUEST\"", Ct);
        Assert.All(proxy.Process.Lines, text => JsonDocument.Parse(text).Dispose());
        using var json = JsonDocument.Parse(line);
        Assert.Equal("INFO", json.RootElement.GetProperty("level").GetString());
        Assert.Equal("/a", json.RootElement.GetProperty("path").GetString());
        Assert.Equal(200, json.RootElement.GetProperty("status").GetInt32());
    }

    private static Task LineInAsync(string path, string text) =>
        Eventually.HoldsAsync(async () => (await File.ReadAllTextAsync(path, Ct)).Contains(text, StringComparison.Ordinal), $"'{text}' in {path}", Ct);
}
