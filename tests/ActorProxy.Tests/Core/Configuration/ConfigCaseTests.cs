using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration;

/// <summary>
/// A case is a file: TOML, a line of dashes, and every line expected: <c>LINE:COL: problem</c>, or when the file is good
/// <c>LINE:COL: warning: …</c> lines, if any. <c>{cert}</c> and <c>{key}</c> stand for a good certificate.
/// </summary>
public sealed class ConfigCaseTests : IDisposable
{
    private const string Divider = "--------\n";

    private readonly TempDirectory _directory = new();

    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(CaseDirectory, "*.toml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    private static string CaseDirectory => Path.Combine(AppContext.BaseDirectory, "Core", "Configuration", "Cases");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_file_has_exactly_the_problems_that_its_case_lists(string name)
    {
        var text = new ConfigText(_directory);
        var content = (await File.ReadAllTextAsync(Path.Combine(CaseDirectory, name + ".toml"), TestContext.Current.CancellationToken))
            .Replace("{cert}", text.CertPath, StringComparison.Ordinal)
            .Replace("{key}", text.KeyPath, StringComparison.Ordinal)
            .Replace("{secret}", _directory.Write("secret", "a secret of its own".Replace(' ', '-'), mode: 0x180), StringComparison.Ordinal);
        var divider = content.LastIndexOf(Divider, StringComparison.Ordinal);
        var path = _directory.Write("config.toml", content[..divider]);

        var loader = new SnapshotLoader(path, allowWildcardBind: false, TimeProvider.System, () => 4096);
        var result = await loader.LoadAsync(current: null, running: null, TestContext.Current.CancellationToken);

        Assert.Equal(content[(divider + Divider.Length)..], string.Concat(Lines(result)));
    }

    private static IEnumerable<string> Lines(LoadResult result) => result switch
    {
        LoadResult.Valid valid => valid.Warnings.Select(warning => $"{warning.Line}:{warning.Column}: warning: {warning.Message}\n"),
        LoadResult.Invalid invalid => invalid.Problems.Select(problem => $"{problem.Line}:{problem.Column}: {problem.Message}\n"),
        _ => [$"{result}\n"],
    };
}
