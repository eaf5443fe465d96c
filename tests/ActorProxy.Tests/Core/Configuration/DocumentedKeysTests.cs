using ActorProxy.Core.Configuration;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration;

public sealed class DocumentedKeysTests
{
    [Fact]
    public void The_operators_page_names_every_key_that_can_be_used()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "operations", "configuration.md"));
        var keys = ConfigKeys.ByTable.SelectMany(table => table.Value).Where(key => !key.StartsWith("acme_", StringComparison.Ordinal)).Distinct();

        Assert.All(keys, key => Assert.Contains(key, page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_sample_that_is_installed_has_no_problems()
    {
        var sample = File.ReadAllBytes(Path.Combine(Root, "src", "packaging", "config.toml"));

        var (config, draft) = new TomlReader(allowWildcardBind: false, hardDescriptorLimit: 4096).Read(sample, running: null);

        Assert.Empty(draft.Problems.ToSorted());
        Assert.NotNull(config);
    }

    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory.FullName, "ActorProxy.sln")))
            {
                directory = directory.Parent ?? throw new DirectoryNotFoundException("ActorProxy.sln is in no directory above the tests.");
            }

            return directory.FullName;
        }
    }
}
