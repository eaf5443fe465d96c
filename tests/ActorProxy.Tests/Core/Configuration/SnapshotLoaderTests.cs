using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration;

public sealed class SnapshotLoaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ConfigText _text;

    public SnapshotLoaderTests() => _text = new ConfigText(_directory);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_good_file_becomes_revision_1_with_everything_added()
    {
        var valid = await LoadValidAsync(_text.Minimal);

        Assert.Equal(1, valid.Snapshot.Revision);
        Assert.Equal(["127.0.0.1:8443"], valid.Changes.ListenersAdded);
        Assert.Equal(["git.example.com"], valid.Changes.SitesAdded);
        Assert.Empty(valid.Changes.RestartRequired);
        Assert.Empty(valid.Warnings);
        Assert.Equal(64, valid.Snapshot.Sha256.Length);
        Assert.True(valid.Snapshot.Certificates[valid.Snapshot.Config.Listeners[0].HttpsAddress].Covers("git.example.com"));
    }

    private async Task<LoadResult.Valid> LoadValidAsync(string text, Snapshot? current = null, ProxyConfig? running = null)
    {
        var result = await LoadAsync(text, current, running);
        return Assert.IsType<LoadResult.Valid>(result);
    }

    private Task<LoadResult> LoadAsync(string text, Snapshot? current = null, ProxyConfig? running = null)
    {
        var loader = new SnapshotLoader(_directory.Write("config.toml", text), allowWildcardBind: false, TimeProvider.System);
        return loader.LoadAsync(current, running, TestContext.Current.CancellationToken);
    }
}
