using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using Microsoft.Extensions.Time.Testing;
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

    [Fact]
    public async Task The_same_file_again_changes_nothing()
    {
        var first = await LoadValidAsync(_text.Minimal);

        var second = await LoadValidAsync(_text.Minimal, first.Snapshot);

        Assert.True(second.Changes.IsEmpty);
        Assert.Equal(2, second.Snapshot.Revision);
        Assert.Equal(first.Snapshot.Sha256, second.Snapshot.Sha256);
    }

    [Fact]
    public async Task A_certificate_whose_files_did_not_change_is_the_same_object()
    {
        var first = await LoadValidAsync(_text.Minimal);

        var second = await LoadValidAsync(_text.Minimal.Replace("burst = 20", "burst = 21", StringComparison.Ordinal), first.Snapshot);

        Assert.Same(Assert.Single(first.Snapshot.Certificates).Value, Assert.Single(second.Snapshot.Certificates).Value);
        Assert.Equal(["rate_limit.burst"], second.Changes.SettingsChanged);
    }

    [Fact]
    public async Task A_certificate_renewed_under_an_unchanged_file_is_a_change()
    {
        var first = await LoadValidAsync(_text.Minimal);
        using var renewed = TestCertificates.SelfSigned("git.example.com");
        renewed.WriteTo(_directory);

        var second = await LoadValidAsync(_text.Minimal, first.Snapshot);

        Assert.Equal(["127.0.0.1:8443"], second.Changes.CertificatesChanged);
        Assert.Empty(second.Changes.ListenersChanged);
        Assert.False(second.Changes.IsEmpty);
        Assert.NotEqual(Plan.Of(1, first.Snapshot), Plan.Of(1, second.Snapshot));
    }

    [Fact]
    public async Task A_certificate_that_expired_under_an_unchanged_file_is_refused()
    {
        var first = await LoadValidAsync(_text.Minimal);
        var later = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(100));

        var second = await LoadAsync(_text.Minimal, first.Snapshot, time: later);

        var problem = Assert.Single(Assert.IsType<LoadResult.Invalid>(second).Problems);
        Assert.Equal((15, 13), (problem.Line, problem.Column));
        Assert.StartsWith($"`cert_path` {_text.CertPath} expired on ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_are_looked_at_even_when_the_file_has_other_problems()
    {
        var text = _text.Minimal.Replace("burst = 20", "burst = 0", StringComparison.Ordinal).Replace(_text.KeyPath, "/none", StringComparison.Ordinal);

        var invalid = Assert.IsType<LoadResult.Invalid>(await LoadAsync(text));

        Assert.Equal([3, 16], invalid.Problems.Select(problem => problem.Line));
    }

    [Fact]
    public async Task What_needs_a_restart_is_named_and_the_snapshot_keeps_what_runs()
    {
        var started = (await LoadValidAsync(_text.Minimal)).Snapshot;
        var text = "shutdown_timeout_secs = 5\nlogging = { format = \"json\", level = \"warn\" }\n[admin]\nsocket_mode = \"0660\"\n" + _text.Minimal;

        var next = await LoadValidAsync(text, started, started.Config);
        var again = await LoadValidAsync(text, next.Snapshot, started.Config);

        Assert.Equal(["shutdown_timeout_secs", "logging.format", "admin.socket_mode"], next.Changes.RestartRequired);
        Assert.Equal(["logging.level"], next.Changes.SettingsChanged);
        Assert.Equal(30, next.Snapshot.Config.ShutdownTimeoutSecs);
        Assert.Equal(LogFormat.Text, next.Snapshot.Config.Logging.Format);
        Assert.Equal(started.Config.Admin, next.Snapshot.Config.Admin);
        Assert.True(again.Changes.IsEmpty);
        Assert.Equal(next.Changes.RestartRequired, again.Changes.RestartRequired);
    }

    [Fact]
    public async Task A_file_that_others_may_write_is_unreadable()
    {
        var path = _directory.Write("open.toml", _text.Minimal, mode: Convert.ToInt32("666", 8));

        var result = await new SnapshotLoader(path, false, TimeProvider.System).LoadAsync(null, null, TestContext.Current.CancellationToken);

        Assert.Equal("is writable by everybody (mode 0666): chmod o-w", Assert.IsType<LoadResult.Unreadable>(result).Reason);
    }

    [Fact]
    public async Task A_doubtful_mode_is_a_warning_about_the_file_itself()
    {
        var path = _directory.Write("group.toml", _text.Minimal, mode: Convert.ToInt32("664", 8));

        var result = await new SnapshotLoader(path, false, TimeProvider.System).LoadAsync(null, null, TestContext.Current.CancellationToken);

        Assert.Equal((0, 0), Assert.Single(Assert.IsType<LoadResult.Valid>(result).Warnings) is var warning ? (warning.Line, warning.Column) : default);
    }

    [Fact]
    public async Task Listeners_that_share_a_certificate_share_its_session_tickets()
    {
        var second = _text.Minimal[_text.Minimal.IndexOf("[[listeners]]", StringComparison.Ordinal)..]
            .Replace("127.0.0.1\"", "127.0.0.2\"", StringComparison.Ordinal)
            .Replace("git.", "www.", StringComparison.Ordinal);

        var valid = await LoadValidAsync(_text.Minimal + second);

        Assert.Equal(2, valid.Snapshot.Certificates.Count);
        Assert.Single(valid.Snapshot.Certificates.Values.Distinct());
    }

    [Fact]
    public async Task The_flags_of_the_start_hold_for_every_reload()
    {
        var path = _directory.Write("config.toml", _text.Minimal.Replace("127.0.0.1\"", "0.0.0.0\"", StringComparison.Ordinal));
        var allowed = new SnapshotLoader(path, allowWildcardBind: true, TimeProvider.System);
        var refused = new SnapshotLoader(path, allowWildcardBind: false, TimeProvider.System);

        var first = Assert.IsType<LoadResult.Valid>(await allowed.LoadAsync(null, null, TestContext.Current.CancellationToken)).Snapshot;

        Assert.IsType<LoadResult.Valid>(await allowed.LoadAsync(first, first.Config, TestContext.Current.CancellationToken));
        Assert.IsType<LoadResult.Invalid>(await refused.LoadAsync(first, first.Config, TestContext.Current.CancellationToken));
    }

    private async Task<LoadResult.Valid> LoadValidAsync(string text, Snapshot? current = null, ProxyConfig? running = null) =>
        Assert.IsType<LoadResult.Valid>(await LoadAsync(text, current, running));

    private Task<LoadResult> LoadAsync(string text, Snapshot? current = null, ProxyConfig? running = null, TimeProvider? time = null)
    {
        var loader = new SnapshotLoader(_directory.Write("config.toml", text), allowWildcardBind: false, time ?? TimeProvider.System);
        return loader.LoadAsync(current, running, TestContext.Current.CancellationToken);
    }
}
