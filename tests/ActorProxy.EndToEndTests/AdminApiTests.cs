using System.Net;
using System.Text.Json;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class AdminApiTests
{
    private const string Key = "a-key-of-twenty-five-chars";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_key_opens_status_reload_and_its_own_rotation()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        var port = FreePorts.Take(1)[0];
        using var secret = new TempDirectory();
        secret.Write("key", Key + "\n", mode: 0x180);
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { HealthPort = port, Top = $"admin_key_path = \"{secret["key"]}\"" });

        var status = await AskAsync(port, HttpMethod.Get, "status", Key);
        Assert.Equal((HttpStatusCode.OK, 1), (status.Code, status.Json!.RootElement.GetProperty("revision").GetInt32()));
        proxy.WriteConfig(proxy.Config with { Burst = 3 });
        var reload = await AskAsync(port, HttpMethod.Post, "reload", Key);
        Assert.Equal((HttpStatusCode.OK, 2), (reload.Code, reload.Json!.RootElement.GetProperty("revision").GetInt32()));
        proxy.WriteConfigText("nonsense");
        Assert.Equal(HttpStatusCode.InternalServerError, (await AskAsync(port, HttpMethod.Post, "reload", Key)).Code);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await AskAsync(port, HttpMethod.Get, "reload", Key)).Code);

        var rotated = (await AskAsync(port, HttpMethod.Post, "rotate-key", Key)).Json!.RootElement;
        var next = rotated.GetProperty("key").GetString()!;
        Assert.Equal((64, "restart"), (next.Length, rotated.GetProperty("until").GetString()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(port, HttpMethod.Get, "status", Key)).Code);
        await Eventually.HoldsAsync(async () => (await DriftAsync(port, next)).Contains("admin_key", StringComparison.Ordinal), "drift of the key", Ct);
        File.WriteAllText(secret["key"], next);
        await Eventually.HoldsAsync(async () => !(await DriftAsync(port, next)).Contains("admin_key", StringComparison.Ordinal), "no drift of the key", Ct);
    }

    [Fact]
    public async Task Ten_wrong_keys_a_minute_are_401_further_ones_429_and_the_right_one_still_opens()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        var port = FreePorts.Take(1)[0];
        using var secret = new TempDirectory();
        secret.Write("key", Key, mode: 0x180);
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { HealthPort = port, Top = $"admin_key_path = \"{secret["key"]}\"" });

        for (var failure = 0; failure < 10; failure++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(port, HttpMethod.Get, "status", failure == 0 ? null : "wrong-key-wrong-key")).Code);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(port, HttpMethod.Get, "status", "wrong-key-wrong-key")).Code);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(port, HttpMethod.Get, "status", Key)).Code);
    }

    [Fact]
    public async Task Without_a_key_there_is_nothing_and_a_key_that_others_may_read_is_refused()
    {
        await using var upstream = await TestUpstream.StartAsync("a");
        var port = FreePorts.Take(1)[0];
        await using var proxy = await RunningProxy.StartAsync(upstream, Ct, change: config => config with { HealthPort = port });
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(port, HttpMethod.Get, "status", Key)).Code);

        using var secret = new TempDirectory();
        secret.Write("key", Key, mode: 0x1a4);
        proxy.WriteConfig(proxy.Config with { Top = $"admin_key_path = \"{secret["key"]}\"" });
        await using var refused = ProxyProcess.Start(["--config", proxy.ConfigPath, "--validate"]);
        Assert.Equal(78, await refused.ExitAsync(Ct));
        Assert.Contains("admin_key_path", refused.Output, StringComparison.Ordinal);
    }

    private static async Task<string> DriftAsync(int port, string key) =>
        (await AskAsync(port, HttpMethod.Get, "status", key)).Json!.RootElement.GetProperty("drift").ToString();

    private static async Task<(HttpStatusCode Code, JsonDocument? Json)> AskAsync(int port, HttpMethod method, string command, string? key)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{port}/admin/{command}");
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var response = await client.SendAsync(request, Ct);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        var body = await response.Content.ReadAsStringAsync(Ct);
        return (response.StatusCode, body.Length == 0 ? null : JsonDocument.Parse(body));
    }
}
