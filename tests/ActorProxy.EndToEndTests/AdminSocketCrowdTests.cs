using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

public sealed class AdminSocketCrowdTests
{
    private const int Crowd = 200;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_reloads_at_once_while_the_file_changes_cost_two_reads_and_each_hears_of_a_file_as_new_as_its_request()
    {
        await using var proxy = await AdministeredProxy.StartAsync(Ct, admin: $"max_connections = {Crowd + 10}");
        var clients = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(_ => AdminClient.ConnectAsync(proxy.Socket, Ct)));
        var hashes = new ConcurrentBag<string>();
        Write(proxy, burst: 5000, hashes);

        using var answered = new CancellationTokenSource();
        var writing = KeepWritingAsync(proxy, hashes, answered.Token);
        await Task.WhenAll(clients.Select(client => client.SendAsync("reload\n", Ct)));
        var answers = await Task.WhenAll(clients.Select(client => client.AnswerAsync(Ct)));
        await answered.CancelAsync();
        await writing;

        var reloads = (await proxy.AnswerAsync("history")).GetProperty("reloads").EnumerateArray().SkipLast(1).ToList();
        Assert.InRange(reloads.Count, 1, 2);
        Assert.Equal(Crowd, reloads.Sum(reload => reload.GetProperty("requesters").GetInt32()));
        var revisions = reloads.ToLookup(reload => reload.GetProperty("revision").GetInt64(), reload => reload.GetProperty("sha256").GetString()!);
        Assert.All(answers, answer => Assert.Contains(
            revisions[JsonDocument.Parse(answer).RootElement.GetProperty("revision").GetInt64()], hash => hashes.Contains(hash)));
        Array.ForEach(clients, client => client.Dispose());
    }

    private static async Task KeepWritingAsync(AdministeredProxy proxy, ConcurrentBag<string> hashes, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var burst = 5001; !stop.IsCancellationRequested; burst++)
        {
            Write(proxy, burst, hashes);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static void Write(AdministeredProxy proxy, int burst, ConcurrentBag<string> hashes)
    {
        var config = proxy.Proxy.Config with { Burst = burst };
        hashes.Add(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config.ToString()))));
        proxy.Proxy.WriteConfig(config);
    }
}
