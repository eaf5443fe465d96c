using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

public sealed class SocketDirectoryTests : IDisposable
{
    private readonly SocketFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_absent_directory_is_made_for_the_owner_alone()
    {
        Assert.IsType<SocketBinding.Bound>(Bind(_folder.PlaceAt(_folder["new/admin.sock"])));

        Assert.Equal(0x1c0, SocketFolder.ModeOf(_folder["new"]));
    }

    [Fact]
    public void An_absent_directory_is_made_for_the_socket_group()
    {
        Requires.Root();

        Assert.IsType<SocketBinding.Bound>(Bind(_folder.PlaceAt(_folder["new/admin.sock"]) with { Group = 4242 }));

        var status = FileStatus.AtPath(_folder["new"])!;
        Assert.Equal((0x1e8, 4242u), (status.Mode, status.Gid));
    }

    [Fact]
    public void Only_the_last_directory_is_ever_made()
    {
        AssertRefused(_folder.PlaceAt(_folder["a/b/admin.sock"]), $"{_folder["a"]} does not exist");

        Assert.False(Directory.Exists(_folder["a"]));
    }

    [Fact]
    public void The_base_directory_itself_is_made_when_it_is_the_last_one()
    {
        var place = _folder.PlaceAt(_folder["base/admin.sock"]) with { BaseDirs = [_folder["base"]] };

        Assert.IsType<SocketBinding.Bound>(Bind(place));
    }

    [Theory]
    [InlineData(0x1f8)]   // 0770
    [InlineData(0x1c2)]   // 0702
    [InlineData(0x3ff)]   // 1777: sticky does not help the last directory
    public void A_directory_that_others_can_write_is_refused(int mode)
    {
        Directory.CreateDirectory(_folder["open"]);
        SocketFolder.Chmod(_folder["open"], mode);

        AssertRefused(_folder.PlaceAt(_folder["open/admin.sock"]), $"{_folder["open"]} can be written by group or others");
    }

    [Fact]
    public void A_directory_above_that_others_can_write_is_refused_unless_sticky()
    {
        Directory.CreateDirectory(_folder["open/mine"]);
        var place = _folder.PlaceAt(_folder["open/mine/admin.sock"]);

        SocketFolder.Chmod(_folder["open"], 0x1ff);
        AssertRefused(place, $"{_folder["open"]} can be written by group or others (mode 777)");

        SocketFolder.Chmod(_folder["open"], 0x3ff);
        Assert.IsType<SocketBinding.Bound>(Bind(place));
    }

    [Fact]
    public void A_sticky_directory_is_refused_when_the_next_one_is_somebody_elses()
    {
        Requires.Root();
        Directory.CreateDirectory(_folder["open/theirs"]);
        SocketFolder.Chmod(_folder["open"], 0x3ff);
        SocketFolder.Chown(_folder["open/theirs"], 1234, null);

        AssertRefused(_folder.PlaceAt(_folder["open/theirs/admin.sock"]), $"{_folder["open"]} can be written by group or others");
    }

    [Fact]
    public void A_directory_of_another_user_is_refused()
    {
        Requires.Root();
        Directory.CreateDirectory(_folder["theirs"]);
        SocketFolder.Chown(_folder["theirs"], 1234, null);

        AssertRefused(_folder.PlaceAt(_folder["theirs/admin.sock"]), $"{_folder["theirs"]} belongs to uid 1234");
    }

    [Fact]
    public void A_symbolic_link_below_the_base_is_refused()
    {
        Directory.CreateDirectory(_folder["real"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);

        AssertRefused(_folder.PlaceAt(_folder["link/admin.sock"]), $"{_folder["link"]} is a symbolic link");

        Assert.Empty(Directory.GetFileSystemEntries(_folder["real"]));
    }

    [Fact]
    public void The_base_directory_may_be_a_link_and_is_resolved_anew_at_each_bind()
    {
        Directory.CreateDirectory(_folder["one"]);
        Directory.CreateDirectory(_folder["two"]);
        Directory.CreateSymbolicLink(_folder["base"], _folder["one"]);
        using var file = new SocketFile(_folder.PlaceAt(_folder["base/admin.sock"]) with { BaseDirs = [_folder["base"]] });
        Assert.IsType<SocketBinding.Bound>(file.Bind());
        Assert.True(Exists(_folder["one/admin.sock"]));

        File.Delete(_folder["base"]);
        Directory.CreateSymbolicLink(_folder["base"], _folder["two"]);

        Assert.IsType<SocketFileState.Lost>(file.Examine());
        Assert.IsType<SocketBinding.Bound>(file.Bind());
        Assert.True(Exists(_folder["two/admin.sock"]));
    }

    [Fact]
    public void Something_else_on_the_way_is_refused()
    {
        File.WriteAllText(_folder["file"], "");

        AssertRefused(_folder.PlaceAt(_folder["file/admin.sock"]), $"{_folder["file"]} is not a directory");
    }

    private static SocketBinding Bind(SocketPlace place)
    {
        using var file = new SocketFile(place);
        return file.Bind();
    }

    private static void AssertRefused(SocketPlace place, string reason)
    {
        var refused = Assert.IsType<SocketBinding.Refused>(Bind(place));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    private static bool Exists(string path) => FileStatus.AtPath(path) is not null;
}
