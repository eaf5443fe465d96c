using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>Files that a deploy script, an editor or a full disk left behind.</summary>
public sealed class BadFileTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_bad_files_among_reloads_are_refused_each_and_change_nothing()
    {
        await using var a = await TestUpstream.StartAsync("a");
        await using var b = await TestUpstream.StartAsync("b");
        await using var proxy = await RunningProxy.StartAsync(a, Ct);
        using var client = proxy.Client();
        var configs = new[] { proxy.Config, With(proxy.Config, b.Address) };
        var revision = 1;
        await ExpectAsync(proxy, client, "a", revision);

        foreach (var batch in CutShort(proxy.Config.ToString()).Take(45).Concat(Invalid(proxy.Config.ToString()).Take(45)).Chunk(10))
        {
            foreach (var bad in batch)
            {
                proxy.WriteConfigText(bad);
                Assert.Contains("status=failed", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
            }

            // Some other part of the file was good, and must not have been taken either.
            await ExpectAsync(proxy, client, revision % 2 == 0 ? "b" : "a", revision);
            proxy.WriteConfig(configs[revision % 2]);
            Assert.Contains($"status=success trigger=sighup revision={++revision} ", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
            await ExpectAsync(proxy, client, revision % 2 == 0 ? "b" : "a", revision);
        }

        Assert.Equal(10, revision);
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_is_refused_even_when_what_stands_there_is_whole()
    {
        await using var a = await TestUpstream.StartAsync("a");
        await using var b = await TestUpstream.StartAsync("b");
        await using var proxy = await RunningProxy.StartAsync(a, Ct);
        using var client = proxy.Client();
        proxy.WriteConfig(With(proxy.Config, b.Address));

        for (var attempt = 0; attempt < 10; attempt++)
        {
            await using var writer = new FileStream(proxy.ConfigPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            Assert.Contains("status=failed", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        }

        await ExpectAsync(proxy, client, "a", 1);
        Assert.Contains("status=success trigger=sighup revision=2 ", await proxy.ReloadAsync(Ct), StringComparison.Ordinal);
        await ExpectAsync(proxy, client, "b", 2);
    }

    // Inside a string no end is a good one.
    private static IEnumerable<string> CutShort(string good)
    {
        var inString = false;
        for (var length = 1; length < good.Length; length++)
        {
            inString ^= good[length - 1] == '"';
            if (inString && length % 3 == 0)
            {
                yield return good[..length];
            }
        }
    }

    private static IEnumerable<string> Invalid(string good)
    {
        string[] spoilt =
        [
            "", good + "[[listeners]\n", good + "[rate_limit]\n", "\0" + good, good.Replace("manual", "manuel", StringComparison.Ordinal),
            good.Replace("burst = ", "burst = -", StringComparison.Ordinal), good.Replace("limit_bytes", "limit_byte", StringComparison.Ordinal),
        ];
        return spoilt.Concat(Enumerable.Range(0, 100).Select(number => $"unknown_{number} = {number}\n{good}"));
    }

    private static ProxyConfigText With(ProxyConfigText config, string upstream) =>
        config with { Listeners = [config.Listeners[0] with { Sites = [new SiteText(RunningProxy.Host, upstream)] }] };

    private static async Task ExpectAsync(RunningProxy proxy, HttpClient client, string answer, int revision)
    {
        var before = proxy.Process.Count(" REQUEST ");
        Assert.Equal(answer, await client.GetStringAsync("/", Ct));
        Assert.EndsWith($" revision={revision}", await proxy.Process.LineAsync(" REQUEST ", Ct, before + 1), StringComparison.Ordinal);
    }
}
