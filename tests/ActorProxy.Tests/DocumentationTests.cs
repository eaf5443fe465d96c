using System.Text;
using System.Text.RegularExpressions;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using Xunit;

namespace ActorProxy.Tests;

/// <summary>What the pages name exists: paths, tests, configuration keys, commands, metrics. And what they show is valid.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Repository = FindRoot();

    private static readonly Dictionary<string, string> Pages = Directory
        .GetFiles(Path.Combine(Repository, "docs"), "*.md", SearchOption.AllDirectories)
        .Concat(Directory.GetFiles(Repository, "*.md"))
        .ToDictionary(path => Path.GetRelativePath(Repository, path), File.ReadAllText);

    private static readonly Dictionary<string, string> Tests = SourcesBelow("tests");

    private static string AllKeys => string.Join('\n', ConfigKeys.ByTable.SelectMany(table => table.Value.Select(key => $"{table.Key}.{key}")));

    [Fact]
    public void Every_link_leads_to_a_page_that_exists() => AssertNone(
        from page in Pages
        from Match link in Link().Matches(page.Value)
        let target = Path.Combine(Repository, Path.GetDirectoryName(page.Key)!, link.Groups[1].Value)
        where !Path.Exists(target)
        select $"{page.Key}: {link.Groups[1].Value}");

    [Fact]
    public void Every_page_is_on_the_map() => AssertNone(
        from page in Pages.Keys
        where page.StartsWith("docs/operations/", StringComparison.Ordinal) || page.StartsWith("docs/architecture/", StringComparison.Ordinal)
        where !Pages["docs/README.md"].Contains($"]({page["docs/".Length..]})", StringComparison.Ordinal)
        select page);

    [Fact]
    public void Every_path_that_is_named_exists() => AssertNone(
        from named in Named()
        where RepositoryPath().IsMatch(named.Word) && !Path.Exists(Path.Combine(Repository, named.Word))
        select $"{named.Page}: {named.Word}");

    [Fact]
    public void Every_test_that_is_named_exists() => AssertNone(
        from named in Named()
        let test = TestName().Match(named.Word)
        where test.Success && !Exists(test.Groups["class"].Value, test.Groups["method"].Value)
        select $"{named.Page}: {named.Word}");

    [Fact]
    public void Each_weakness_in_the_threat_model_names_the_test_that_holds_it()
    {
        var weaknesses = Pages["docs/operations/threat-model.md"].Split('\n').Where(line => Weakness().IsMatch(line)).ToList();

        Assert.Equal(16, weaknesses.Count);
        Assert.All(weaknesses, line => Assert.Matches("`[A-Z][A-Za-z]+Tests[.`]", line.Split('|')[^2]));
    }

    [Fact]
    public void Every_key_that_is_named_exists() => AssertNone(
        from named in Named()
        let key = Key().Match(named.Word)
        where key.Success && !AllKeys.Split('\n').Contains($"{key.Groups["table"].Value.Replace("[]", "", StringComparison.Ordinal)}.{key.Groups["key"].Value}")
        select $"{named.Page}: {named.Word}");

    [Fact]
    public void Every_key_is_explained() => AssertNone(
        from table in ConfigKeys.ByTable
        from key in table.Value
        where !ConfigKeys.ByTable.Keys.Any(other => other == key || other.EndsWith($".{key}", StringComparison.Ordinal))
        where !Regex.IsMatch(Pages["docs/operations/configuration.md"], $"`[^`\n]*\\b{key}\\b")
        select $"{table.Key}.{key}");

    [Fact]
    public void The_page_of_the_admin_socket_has_every_command_with_its_role()
    {
        var page = Pages["docs/operations/admin-socket.md"];
        var rows = CommandRow().Matches(page).Select(row => (row.Groups[1].Value, row.Groups[2].Value));

        Assert.Equal(CommandTable.Commands.Select(command => (command.Syntax, command.Role == AdminRole.Admin ? "admin" : "viewer")), rows);
    }

    [Fact]
    public void Every_command_that_is_shown_exists() => AssertNone(
        from page in Pages
        from Match shown in CtlCommand().Matches(page.Value)
        where CommandTable.Commands.Append(CommandTable.Debug).All(command => command.Name != shown.Groups[1].Value)
        select $"{page.Key}: {shown.Value}");

    [Fact]
    public void Every_metric_that_is_named_exists()
    {
        var source = string.Concat(SourcesBelow("src").Values);

        AssertNone(
            from page in Pages
            from Match metric in Metric().Matches(page.Value)
            where !source.Contains($"\"{metric.Value}\"", StringComparison.Ordinal)
            select $"{page.Key}: {metric.Value}");
    }

    [Fact]
    public void Every_sample_configuration_reads_without_a_problem()
    {
        var samples = Pages.Values
            .SelectMany(page => TomlBlock().Matches(page).Select(block => block.Groups[1].Value))
            .Append(File.ReadAllText(Path.Combine(Repository, "src", "packaging", "config.toml")));

        Assert.All(samples, sample =>
            Assert.Empty(new TomlReader(allowWildcardBind: false, hardDescriptorLimit: 65536).Read(Encoding.UTF8.GetBytes(sample), running: null).Draft.Problems.ToSorted()));
    }

    private static IEnumerable<(string Page, string Word)> Named() =>
        from page in Pages
        from Match word in Quoted().Matches(page.Value)
        select (page.Key, word.Groups[1].Value);

    private static bool Exists(string type, string method) =>
        Tests.TryGetValue(type, out var source) && (method.Length == 0 || source.Contains($" {method}(", StringComparison.Ordinal));

    private static Dictionary<string, string> SourcesBelow(string folder) => Directory
        .GetFiles(Path.Combine(Repository, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any())
        .GroupBy(path => Path.GetFileNameWithoutExtension(path))
        .ToDictionary(group => group.Key, group => string.Concat(group.Select(File.ReadAllText)));

    private static void AssertNone(IEnumerable<string> wrong) => Assert.Empty(wrong.ToList());

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ActorProxy.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the solution is not above the tests");
        }

        return directory.FullName;
    }

    [GeneratedRegex(@"\]\(([^)#:\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(src|docs|tests|hocon|\.ci)/[A-Za-z0-9_./-]+$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"^(?<class>[A-Z][A-Za-z0-9]*Tests)(?:\.(?<method>\w+))?$")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\| [CWS][1-7] \|")]
    private static partial Regex Weakness();

    [GeneratedRegex(@"^(?<table>listeners\[\](?:\.tls|\.sites\[\])?|rate_limit|body|logging|admin)\.(?<key>[a-z_]+)(?: = .*)?$")]
    private static partial Regex Key();

    [GeneratedRegex(@"^\| `([a-z-]+(?: [^`]+)?)` \| (viewer|admin) \|", RegexOptions.Multiline)]
    private static partial Regex CommandRow();

    [GeneratedRegex(@"actor-proxy ctl (?:--(?:json|watch) |--socket \S+ )*([a-z][a-z-]*)")]
    private static partial Regex CtlCommand();

    [GeneratedRegex("actor_proxy_[a-z_]*[a-z]")]
    private static partial Regex Metric();

    [GeneratedRegex("```toml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex TomlBlock();
}
