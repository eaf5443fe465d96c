using System.Diagnostics;
using System.Text.RegularExpressions;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Logs;
using ActorProxy.Core.Metrics;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Logs;

public sealed partial class LogQueueTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _directory = new();
    private readonly LogPipe _pipe = new();
    private readonly Counter _dropped = new();
    private readonly LogQueue _queue;

    public LogQueueTests() => _queue = new LogQueue(TimeProvider.System, _dropped, _pipe.Writer);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_reaches_standard_output_and_the_file_whole_and_in_order()
    {
        Assert.Null(_queue.AddFile(_directory["proxy.log"]));
        var reading = Task.Run(() => _pipe.ReadUntilAsync("number=3999", Cancelled), Cancelled);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteMany(writer, 1000), Cancelled)));
        Write("LAST", 3999);

        Assert.True(_queue.Flush(Soon));
        var lines = await reading;
        Assert.Equal(lines.Order(), (await File.ReadAllLinesAsync(_directory["proxy.log"], Cancelled)).Order());
        Assert.Equal(4001, lines.Count);
        for (var writer = 0; writer < 4; writer++)
        {
            var numbers = lines.Where(line => line.Contains($"EVENT_{writer} ", StringComparison.Ordinal)).Select(Number);
            Assert.Equal(Enumerable.Range(0, 1000), numbers);
        }
    }

    [Fact]
    public async Task Json_is_written_to_standard_output_when_there_is_no_file()
    {
        _queue.Format = LogFormat.Json;
        Write("EVENT", 7);

        Assert.EndsWith("\"event\":\"EVENT\",\"number\":7}", await _pipe.ReadLineAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_nobody_reads_blocks_neither_writers_nor_the_file_and_its_losses_are_told()
    {
        Assert.Null(_queue.AddFile(_directory["proxy.log"]));
        var began = Stopwatch.GetTimestamp();
        var slowest = TimeSpan.Zero;
        var written = 0;
        while (_dropped.Value < 1000)
        {
            var each = Stopwatch.GetTimestamp();
            Write("EVENT", written++);
            slowest = Stopwatch.GetElapsedTime(each) > slowest ? Stopwatch.GetElapsedTime(each) : slowest;
            if (written % 5000 == 0)
            {
                // On a busy machine the file's thread needs a moment: only the output is meant to fall behind.
                await EventuallyInFileAsync("proxy.log", $"EVENT number={written - 1}\n");
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < Soon);
        }

        Assert.True(slowest < TimeSpan.FromSeconds(2), $"a writer waited {slowest}");
        Assert.False(_queue.Flush(TimeSpan.FromMilliseconds(100)));
        var file = await EventuallyInFileAsync("proxy.log", "LOG_LINES_DROPPED destination=stdout dropped=");
        Assert.True(file.Length > 10_000);

        var dropped = 0L;
        while (dropped < _dropped.Value)
        {
            var line = (await _pipe.ReadUntilAsync("LOG_LINES_DROPPED destination=stdout", Cancelled))[^1];
            dropped += long.Parse(DroppedCount().Match(line).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        }

        Assert.Equal(_dropped.Value, dropped);
    }

    [Fact]
    public async Task A_file_that_hangs_holds_up_neither_standard_output_nor_its_own_reopening()
    {
        using var hanging = new LogPipe();
        _queue.Add(new LogDestination("file", hanging.Writer, TimeProvider.System, _dropped, _ => { }, () => null));
        for (var i = 0; i < 5000; i++)
        {
            Write("EVENT", i);
        }

        _queue.Reopen();

        var lines = await _pipe.ReadUntilAsync("number=4999", Cancelled);
        Assert.Equal(5000, lines.Count);
        Assert.False(_queue.Flush(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_broken_pipe_costs_lines_and_nothing_else()
    {
        Assert.Null(_queue.AddFile(_directory["proxy.log"]));
        _pipe.Break();
        Write("EVENT", 1);
        Assert.True(_queue.Flush(Soon));

        Assert.Equal(1, _dropped.Value);
        await EventuallyInFileAsync("proxy.log", "WARN LOG_LINES_DROPPED destination=stdout dropped=1 reason=Broken%20pipe\n");
        await EventuallyInFileAsync("proxy.log", "INFO EVENT number=1\n");
    }

    [Fact]
    public async Task A_full_disk_is_counted_and_told_on_standard_output()
    {
        Assert.Null(_queue.AddFile("/dev/full"));
        Write("EVENT", 1);

        Assert.EndsWith("EVENT number=1", await _pipe.ReadLineAsync(Cancelled), StringComparison.Ordinal);
        Assert.EndsWith(
            "WARN LOG_LINES_DROPPED destination=file dropped=1 reason=No%20space%20left%20on%20device",
            await _pipe.ReadLineAsync(Cancelled),
            StringComparison.Ordinal);
        Write("EVENT", 2);
        Assert.True(_queue.Flush(Soon));
        Assert.Equal(2, _dropped.Value);
    }

    [Fact]
    public async Task A_reopened_file_is_the_one_at_the_path()
    {
        Assert.Null(_queue.AddFile(_directory["proxy.log"]));
        Write("EVENT", 1);
        Assert.True(_queue.Flush(Soon));
        File.Move(_directory["proxy.log"], _directory["proxy.log.1"]);
        Write("EVENT", 2);
        Assert.True(_queue.Flush(Soon));

        _queue.Reopen();

        await EventuallyInFileAsync("proxy.log", "INFO LOG_REOPEN status=success");
        Write("EVENT", 3);
        Assert.True(_queue.Flush(Soon));
        Assert.Equal([1, 2], (await File.ReadAllLinesAsync(_directory["proxy.log.1"], Cancelled)).Select(Number));
        var lines = await EventuallyInFileAsync("proxy.log", "EVENT number=3");
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public async Task A_refused_reopening_keeps_the_old_file_and_says_why()
    {
        Assert.Null(_queue.AddFile(_directory["proxy.log"]));
        File.Move(_directory["proxy.log"], _directory["proxy.log.1"]);
        File.CreateSymbolicLink(_directory["proxy.log"], _directory["elsewhere"]);

        _queue.Reopen();

        await EventuallyInFileAsync("proxy.log.1", "ERROR LOG_REOPEN status=failed reason=log%20file%20");
        Write("EVENT", 2);
        await EventuallyInFileAsync("proxy.log.1", "EVENT number=2");
        Assert.False(File.Exists(_directory["elsewhere"]));
    }

    [Fact]
    public async Task A_line_that_a_full_disk_tore_is_ended_before_the_next()
    {
        var small = _directory["small"];
        Directory.CreateDirectory(small);
        using (var mount = Process.Start("mount", ["-t", "tmpfs", "-o", "size=16k", "none", small]))
        {
            await mount.WaitForExitAsync(Cancelled);
            Assert.SkipUnless(mount.ExitCode == 0, "needs the right to mount");
        }

        try
        {
            Assert.Null(_queue.AddFile(Path.Combine(small, "proxy.log")));
            await File.WriteAllBytesAsync(Path.Combine(small, "ballast"), new byte[4096], Cancelled);
            using var draining = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            var drain = Task.Run(() => _pipe.ReadUntilAsync("never", draining.Token), Cancelled);
            for (var i = 0; _dropped.Value == 0; i++)
            {
                Write("EVENT", i);
                Assert.True(_queue.Flush(Soon));
            }

            File.Delete(Path.Combine(small, "ballast"));
            Write("EVENT", 123456);
            var lines = await EventuallyInFileAsync("small/proxy.log", "EVENT number=123456");
            Assert.All(lines.SkipLast(3), line => Assert.Matches("^[0-9T:.-]+Z INFO EVENT number=[0-9]+$", line));
            Assert.Matches("^[0-9T:.-]+Z INFO EVENT number=123456$", lines.Single(line => line.Contains("123456", StringComparison.Ordinal)));
            await EventuallyInFileAsync("small/proxy.log", "LOG_LINES_DROPPED destination=file dropped=1");
            await draining.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drain);
        }
        finally
        {
            _queue.Dispose();
            using var unmount = Process.Start("umount", ["-l", small]);
            await unmount.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _queue.Dispose();
        _pipe.Dispose();
        _directory.Dispose();
    }

    private static int Number(string line) =>
        int.Parse(line[(line.LastIndexOf('=') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("dropped=([0-9]+)")]
    private static partial Regex DroppedCount();

    private async Task<string[]> EventuallyInFileAsync(string file, string text)
    {
        await Eventually.HoldsAsync(
            () => File.Exists(_directory[file]) && File.ReadAllText(_directory[file]).Contains(text, StringComparison.Ordinal),
            $"'{text}' in {file}",
            Cancelled);
        return await File.ReadAllLinesAsync(_directory[file], Cancelled);
    }

    private void WriteMany(int writer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Write($"EVENT_{writer}", i);
        }
    }

    private void Write(string name, int number)
    {
        var line = _queue.Begin(LogLevelName.Info, System.Text.Encoding.ASCII.GetBytes(name));
        line.Number("number"u8, number);
        _queue.Write(ref line);
    }
}
