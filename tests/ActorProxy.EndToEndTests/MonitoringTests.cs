using System.Text.Json;
using System.Text.RegularExpressions;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>The dashboard and the alerts that are shipped, against the metrics of a proxy that runs.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string Packaging = Path.Combine(Repository.Root, "src", "packaging");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dashboard_and_alerts_and_their_page_name_metrics_that_exist_and_the_page_names_all()
    {
        await using var administered = await AdministeredProxy.StartAsync(Ct);
        await administered.AskAsync("debug crash drift");
        var exported = Declaration().Matches((await administered.AnswerAsync("metrics")).GetProperty("metrics").GetString()!)
            .Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Packaging, "grafana", "actor-proxy.json"), Ct));
        var alerts = await File.ReadAllTextAsync(Path.Combine(Packaging, "prometheus", "alerts.yml"), Ct);
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations", "metrics.md"), Ct);

        foreach (var text in new[] { dashboard.RootElement.ToString(), alerts, page })
        {
            var named = Name().Matches(text).Select(match => Family(match.Value)).ToHashSet(StringComparer.Ordinal);
            Assert.NotEmpty(named);
            Assert.Empty(named.Except(exported));
        }

        Assert.All(exported, name => Assert.Contains($"`{name}", page, StringComparison.Ordinal));
        Assert.All(AlertName().Matches(alerts).Select(match => match.Groups["name"].Value), name => Assert.Contains(name, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Promtool_finds_no_fault_with_the_alerts()
    {
        Requires.Program("promtool");
        var result = await ToolProcess.RunAsync("promtool", ["check", "rules", Path.Combine(Packaging, "prometheus", "alerts.yml")], Ct);

        Assert.True(result.ExitCode == 0, result.Error + result.Output);
    }

    private static string Family(string sample) => Suffix().Replace(sample, "_seconds");

    [GeneratedRegex(@"^# TYPE (?<name>\S+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b(actor_proxy|process|dotnet)_[a-z_]+")]
    private static partial Regex Name();

    [GeneratedRegex("_seconds_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("alert: (?<name>[A-Za-z]+)")]
    private static partial Regex AlertName();
}
