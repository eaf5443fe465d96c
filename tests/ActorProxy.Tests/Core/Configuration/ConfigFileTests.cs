using System.Diagnostics;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration;

public sealed class ConfigFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_bytes_come_with_their_hash()
    {
        var read = Assert.IsType<ConfigFileResult.Read>(await ReadAsync(_directory.Write("c", "abc")));

        Assert.Equal("abc"u8.ToArray(), read.Bytes);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", read.Sha256);
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public async Task The_path_may_be_a_symbolic_link()
    {
        _directory.Write("target", "abc");
        File.CreateSymbolicLink(_directory["second"], "target");
        File.CreateSymbolicLink(_directory["first"], _directory["second"]);

        Assert.IsType<ConfigFileResult.Read>(await ReadAsync(_directory["first"]));
    }

    [Fact]
    public async Task A_missing_file_is_named_as_such() => Assert.Equal(
        "can't be read: No such file or directory", await UnreadableAsync(_directory["none"]));

    [Fact]
    public async Task Links_in_a_circle_are_no_file()
    {
        File.CreateSymbolicLink(_directory["a"], "b");
        File.CreateSymbolicLink(_directory["b"], "a");

        Assert.Contains("symbolic links", await UnreadableAsync(_directory["a"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_regular_file_is_read()
    {
        await RunAsync("mkfifo", _directory["pipe"]);

        Assert.Equal("is not a regular file", await UnreadableAsync(_directory["pipe"]));
        Assert.Equal("is not a regular file", await UnreadableAsync(_directory.Path));
        Assert.Equal("is not a regular file", await UnreadableAsync("/dev/null"));
    }

    [Fact]
    public async Task Over_16_MiB_is_refused()
    {
        var path = _directory.Write("large", "");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength((16 * 1024 * 1024) + 1);
        }

        Assert.Equal("is larger than 16 MiB", await UnreadableAsync(path));
    }

    [Fact]
    public async Task A_file_that_everybody_may_write_is_refused() => Assert.Equal(
        "is writable by everybody (mode 0646): chmod o-w", await UnreadableAsync(_directory.Write("c", "", mode: Mode("646"))));

    [Fact]
    public async Task A_file_that_its_group_may_write_warns()
    {
        var read = Assert.IsType<ConfigFileResult.Read>(await ReadAsync(_directory.Write("c", "", mode: Mode("664"))));

        Assert.Contains("is writable by its group", Assert.Single(read.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_where_everybody_may_write_is_refused_unless_sticky()
    {
        var path = _directory.Write("c", "");

        File.SetUnixFileMode(_directory.Path, (UnixFileMode)Mode("777"));
        var open = await UnreadableAsync(path);
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)Mode("1777"));
        var sticky = await ReadAsync(path);

        Assert.Equal($"is reached through {_directory.Path}, where everybody may write (mode 0777)", open);
        Assert.IsType<ConfigFileResult.Read>(sticky);
    }

    [Fact]
    public async Task A_link_in_a_directory_where_everybody_may_write_is_refused()
    {
        using var open = new TempDirectory();
        File.SetUnixFileMode(open.Path, (UnixFileMode)Mode("777"));
        File.CreateSymbolicLink(open["link"], _directory.Write("c", ""));
        File.CreateSymbolicLink(_directory["way"], open["link"]);

        Assert.Contains(open.Path, await UnreadableAsync(_directory["way"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_takes_no_orders_from_a_file_of_somebody_else()
    {
        Assert.SkipUnless(CurrentUser.IsRoot, "only root can give files away");
        var path = _directory.Write("c", "");
        await RunAsync("chown", "1234", path);

        Assert.Contains("belongs to uid 1234", await UnreadableAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sticky_directory_does_not_help_what_somebody_else_put_there()
    {
        Assert.SkipUnless(CurrentUser.IsRoot, "only root can give files away");
        var link = _directory["link"];
        File.CreateSymbolicLink(link, "c");
        _directory.Write("c", "");
        await RunAsync("chown", "-h", "1234", link);
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)Mode("1777"));

        Assert.Contains("belongs to uid 1234", await UnreadableAsync(link), StringComparison.Ordinal);
        Assert.IsType<ConfigFileResult.Read>(await ReadAsync(_directory["c"]));
    }

    [Fact]
    public async Task A_file_that_somebody_has_open_for_writing_counts_as_changing()
    {
        var path = _directory.Write("c", "whole");
        var time = new CountedDelays();
        await using var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

        var result = await ReadAsync(path, time);

        Assert.IsType<ConfigFileResult.Changing>(result);
        Assert.Equal([50, 50, 50], time.Milliseconds);
    }

    [Fact]
    public async Task A_writer_that_ends_in_time_is_waited_for()
    {
        var path = _directory.Write("c", "half");
        var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var time = new CountedDelays { OnDelay = writer.Dispose };

        var read = Assert.IsType<ConfigFileResult.Read>(await ReadAsync(path, time));

        Assert.Equal("half"u8.ToArray(), read.Bytes);
        Assert.Single(time.Milliseconds);
    }

    [Theory]
    [InlineData("grown")]
    [InlineData("rewritten in place")]
    [InlineData("replaced")]
    [InlineData("gone")]
    public void Where_there_are_no_leases_a_file_that_changes_meanwhile_is_noticed(string how)
    {
        var path = _directory.Write("c", "version 1");
        var beside = _directory.Write("beside", "version 2");

        // Where times are coarse, two writes in a row have the same.
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(1));
        var file = new ConfigFile(path, TimeProvider.System)
        {
            // Between the first look at the file and the reading of it.
            Lease = handle =>
            {
                Change(how, path, beside);
                return FileLease.None(handle);
            },
        };

        Assert.IsType<ConfigFileResult.Changing>(file.ReadOnce());
    }

    [Fact]
    public async Task A_reader_sees_whole_versions_only_whatever_a_writer_does()
    {
        var path = _directory.Write("c", Version(0));
        using var stop = new CancellationTokenSource();
        var writing = Task.Factory.StartNew(() => Write(path, stop.Token), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        var whole = 0;
        for (var started = Stopwatch.GetTimestamp(); whole < 100 && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20);)
        {
            if (new ConfigFile(path, TimeProvider.System).ReadOnce() is ConfigFileResult.Read read)
            {
                var text = Encoding.UTF8.GetString(read.Bytes);
                Assert.True(text.Length > 0, $"an empty file after {whole} whole ones; the writer: {writing.Status} {writing.Exception}");
                Assert.Equal(Version(text[0] - 'a'), text);
                whole++;
            }
        }

        await stop.CancelAsync();
        await writing;
        Assert.Equal(100, whole);
    }

    private static string Version(int number) => new((char)('a' + (number % 26)), 20_000 + (1000 * (number % 26 % 3)));

    private static void Change(string how, string path, string beside)
    {
        switch (how)
        {
            case "grown":
                File.AppendAllText(path, "!");
                break;
            case "rewritten in place":
                File.WriteAllText(path, "version 9");
                break;
            case "replaced":
                File.Move(beside, path, overwrite: true);
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    // By turns in place, with a pause in the middle, and by renaming.
    private void Write(string path, CancellationToken stop)
    {
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            Thread.SpinWait(20_000);
            var bytes = Encoding.UTF8.GetBytes(Version(number));
            if (number % 2 == 0)
            {
                File.WriteAllBytes(_directory["beside"], bytes);
                File.Move(_directory["beside"], path, overwrite: true);
                continue;
            }

            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(bytes.AsSpan(0, 10_000));
            Thread.SpinWait(20_000);
            file.Write(bytes.AsSpan(10_000));
        }
    }

    private static int Mode(string octal) => Convert.ToInt32(octal, 8);

    private static Task<ConfigFileResult> ReadAsync(string path, TimeProvider? time = null) =>
        new ConfigFile(path, time ?? TimeProvider.System).ReadAsync(TestContext.Current.CancellationToken);

    private static async Task<string> UnreadableAsync(string path) =>
        Assert.IsType<ConfigFileResult.Unreadable>(await ReadAsync(path)).Reason;

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Every delay ends at once, and is remembered.</summary>
    private sealed class CountedDelays : TimeProvider
    {
        public List<double> Milliseconds { get; } = [];

        public Action OnDelay { get; init; } = () => { };

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Milliseconds.Add(dueTime.TotalMilliseconds);
            OnDelay();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
