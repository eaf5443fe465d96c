using System.Diagnostics;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Logs;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Logs;

public sealed class LogFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public void A_new_file_is_0640_and_an_old_one_is_kept()
    {
        Open("new.log").Dispose();
        var old = _directory.Write("old.log", "first\n");
        using (var handle = Open("old.log"))
        {
            RandomAccess.Write(handle, "second\n"u8, 0);
        }

        Assert.Equal(0x1a0, FileStatus.AtPath(_directory["new.log"])!.Mode & ~0x12);
        Assert.Equal("first\nsecond\n", File.ReadAllText(old));
    }

    [Fact]
    public void A_link_is_refused_and_its_target_untouched()
    {
        var precious = _directory.Write("precious", "keep");
        File.CreateSymbolicLink(_directory["link.log"], precious);
        File.CreateSymbolicLink(_directory["dangling.log"], _directory["nowhere"]);

        Assert.Contains("symbolic link", Refusal("link.log"), StringComparison.Ordinal);
        Assert.Contains("symbolic link", Refusal("dangling.log"), StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["nowhere"]));
        Assert.Equal("keep", File.ReadAllText(precious));
    }

    [Fact]
    public async Task Pipes_directories_and_hard_links_are_refused_at_once()
    {
        using (var mkfifo = Process.Start("mkfifo", _directory["fifo"]))
        {
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        _directory.Write("one.log", "");
        using (var link = Process.Start("ln", [_directory["one.log"], _directory["two.log"]]))
        {
            await link.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains("pipe", Refusal("fifo"), StringComparison.Ordinal);
        using (new FileStream(_directory["fifo"], FileMode.Open, FileAccess.ReadWrite))
        {
            Assert.Contains("neither a regular file", Refusal("fifo"), StringComparison.Ordinal);
        }

        Assert.Contains("hard link", Refusal("two.log"), StringComparison.Ordinal);
        Assert.Contains(_directory.Path, Refusal("."), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_everybody_may_write_is_refused_unless_sticky()
    {
        Directory.CreateDirectory(_directory["open"]);
        File.SetUnixFileMode(_directory["open"], (UnixFileMode)0x1ff);
        Assert.Contains("everybody may write", Refusal("open/a.log"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_directory["open"]));

        File.SetUnixFileMode(_directory["open"], (UnixFileMode)0x3ff);
        Open("open/a.log").Dispose();
    }

    [Fact]
    public void A_missing_directory_is_named()
    {
        Assert.Equal($"log file {_directory["gone/a.log"]}: the directory {_directory["gone"]} does not exist", Refusal("gone/a.log"));
    }

    [Fact]
    public void A_file_of_another_user_is_refused()
    {
        Requires.Root();
        var path = _directory.Write("foreign.log", "");
        using var chown = Process.Start("chown", ["1234", path]);
        chown.WaitForExit();

        Assert.Contains("belongs to user 1234", Refusal("foreign.log"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_of_root_is_accepted()
    {
        Assert.IsType<LogFileResult.Opened>(LogFile.Open("/dev/null")).Handle.Dispose();
    }

    public void Dispose() => _directory.Dispose();

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open(string name) =>
        Assert.IsType<LogFileResult.Opened>(LogFile.Open(_directory[name])).Handle;

    private string Refusal(string name) => Assert.IsType<LogFileResult.Refused>(LogFile.Open(_directory[name])).Reason;
}
