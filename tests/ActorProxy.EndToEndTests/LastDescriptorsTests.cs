using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>The last descriptors are the runtime's: whatever serves clients is refused them, or waits until there are more.</summary>
public sealed class LastDescriptorsTests
{
    // More than the descriptors that the drill leaves, fewer than the streams of a connection.
    private const int Requests = 60;

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_upstream_connection_takes_them_and_new_clients_and_the_health_port_wait_until_there_are_more()
    {
        await using var upstream = await TestUpstream.StartAsync(async context =>
        {
            await (context.Request.Path == "/held" ? _release.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask);
            await context.Response.WriteAsync("a", Ct);
        });
        var healthPort = FreePorts.Take(1)[0];
        await using var proxy = await AdministeredProxy.StartAsync(Ct, change: config => config with
        {
            HealthPort = healthPort,
            Listeners = [config.Listeners[0] with { Sites = [new SiteText(RunningProxy.Host, upstream.Address)] }],
        });
        using var client = proxy.Proxy.Client(HttpVersion.Version20);
        Assert.Equal("a", await client.GetStringAsync("/", Ct));
        Assert.Equal("""{"status":"ok"}""", await proxy.AskAsync("debug fds 2000000 600"));

        // One connection of a client that was let in before, and many to the upstream.
        var answers = Enumerable.Range(0, Requests).Select(_ => client.GetAsync("/held", Ct)).ToList();
        await Eventually.HoldsAsync(
            () => upstream.Requests - 1 + answers.Count(answer => answer.IsCompleted) == Requests, "each is at the upstream or refused", Ct);
        var refused = answers.Where(answer => answer.IsCompleted).ToList();
        Assert.InRange(refused.Count, 1, Requests - 1);
        foreach (var answer in refused)
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await answer).StatusCode);
        }

        await LeavesSomeAsync(proxy);

        // Each may still take one that became free in between.
        var health = new List<TcpClient>();
        await ConnectUntilAsync(healthPort, health, proxy, " HEALTH_ACCEPT_FAILED ");
        var newcomers = new List<TcpClient>();
        await ConnectUntilAsync(proxy.Proxy.HttpsPort, newcomers, proxy, " ACCEPT_FAILED ");
        await LeavesSomeAsync(proxy);

        Assert.Equal("""{"status":"ok"}""", await proxy.AskAsync("debug fds 1 1"));
        _release.SetResult();
        foreach (var answer in answers.Except(refused))
        {
            Assert.Equal("a", await (await answer).Content.ReadAsStringAsync(Ct));
        }

        using var monitor = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{healthPort}") };
        Assert.Equal(HttpStatusCode.OK, (await monitor.GetAsync("/health", Ct)).StatusCode);
        using var newcomer = proxy.Proxy.Client();
        Assert.Equal("a", await newcomer.GetStringAsync("/", Ct));
        health.ForEach(connection => connection.Dispose());
        newcomers.ForEach(connection => connection.Dispose());
    }

    private static async Task ConnectUntilAsync(int port, List<TcpClient> clients, AdministeredProxy proxy, string line)
    {
        await Eventually.HoldsAsync(
            async () =>
            {
                var connection = new TcpClient();
                clients.Add(connection);
                await connection.ConnectAsync(IPAddress.Loopback, port, Ct);
                return proxy.Proxy.Process.Count(line) > 0;
            },
            line,
            Ct);
    }

    // Sixteen, but for what the runtime itself has opened since.
    private static async Task LeavesSomeAsync(AdministeredProxy proxy)
    {
        var metrics = (await proxy.AnswerAsync("metrics")).GetProperty("metrics").GetString()!;
        Assert.InRange(Metric(metrics, "actor_proxy_max_fds") - Metric(metrics, "actor_proxy_open_fds"), 8, 31);
    }

    private static double Metric(string text, string name) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
}
