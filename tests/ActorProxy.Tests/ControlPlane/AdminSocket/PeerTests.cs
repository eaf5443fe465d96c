using System.Diagnostics;
using ActorProxy.ControlPlane.AdminSocket;
using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using ActorProxy.Tests.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

/// <summary>Other users, with file modes opened so that only the kernel's word on them can refuse.</summary>
public sealed class PeerTests : AdminSocketFixture
{
    private const string Forbidden = """{"status":"error","message":"forbidden"}""";
    private const string Busy = """{"status":"error","message":"busy"}""";

    private static readonly OtherUser Stranger = new(1234, 1234);
    private static readonly OtherUser Viewer = new(1300, 1300);
    private static readonly OtherUser AdminByGroup = new(1400, 1400, 27);

    private static readonly Admin Roles = new()
    {
        ViewerUids = ["1300"],
        AdminGids = ["27"],
        ReadTimeoutSecs = 20,
    };

    public PeerTests()
    {
        OtherUser.Required();
        Requires.Program("socat");
    }

    // Otherwise the door that these tests need open would be closed within half a second.
    internal override AdminSocketSettings Adjust(AdminSocketSettings shipped) => shipped with { CheckInterval = TimeSpan.FromHours(1) };

    [Fact]
    public async Task A_stranger_is_forbidden_and_logged_with_pid_and_uid()
    {
        await StartAsync(Roles);

        Assert.Equal(Forbidden, await AskAsAsync(Stranger, "status"));

        Assert.Matches("PeerUid=1234 PeerGid=1234 PeerPid=[0-9]+ Command=- Outcome=forbidden", Assert.Single(LinesOf("ADMIN")));
    }

    [Fact]
    public async Task A_stranger_is_forbidden_at_once_and_not_read()
    {
        await StartAsync(Roles);

        Assert.Equal(Forbidden, await AskAsAsync(Stranger, ""));
    }

    [Fact]
    public async Task A_viewer_reads_only()
    {
        await StartAsync(Roles);

        Assert.StartsWith("""{"status":"ok",""", await AskAsAsync(Viewer, "status\n"), StringComparison.Ordinal);
        Assert.Equal(Forbidden, await AskAsAsync(Viewer, "reload\n"));
        Assert.Contains(LinesOf("ADMIN"), line => line.Contains("PeerUid=1300", StringComparison.Ordinal)
            && line.Contains("Command=reload Outcome=forbidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_member_of_an_admin_group_may_change()
    {
        await StartAsync(Roles);

        Assert.Equal("""{"status":"ok"}""", await AskAsAsync(AdminByGroup, "shutdown\n"));
    }

    [Fact]
    public async Task Refused_connections_do_not_fill_the_log()
    {
        await StartAsync(Roles);
        Assert.Equal(Forbidden, await AskAsAsync(Stranger, ""));
        using var flood = Start(Stranger, "sh", "-c", $"for i in $(seq 30); do socat -u UNIX-CONNECT:{Path} - ; done");
        var answers = await flood.StandardOutput.ReadToEndAsync(Cancelled);

        Assert.Equal(30, answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line == Forbidden));
        Assert.InRange(LinesOf("ADMIN").Count(), 2, 25);
        Assert.Equal(31, Metrics.AdminCommands.Single(count => count.Key.Outcome == "forbidden").Value.Value);
    }

    [Fact]
    public async Task Who_leaves_without_taking_a_refusal_does_not_fill_the_log_either()
    {
        Requires.Program("python3");
        await StartAsync(Roles);
        const string Leave = "import socket,sys\nfor _ in range(300):\n s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.close()";

        using var crowd = Start(Stranger, "env", "PATH=/usr/bin:/bin", "python3", "-c", Leave, Path);
        await crowd.WaitForExitAsync(Cancelled);

        await Eventually.HoldsAsync(
            () => Metrics.AdminCommands.Any(count => count.Key.Outcome == "forbidden" && count.Value.Value == 300), "all were refused", Cancelled);
        Assert.InRange(LinesOf("ADMIN").Count(), 1, 30);
    }

    [Fact]
    public async Task Viewers_can_not_keep_root_out_however_many_they_are()
    {
        await StartAsync(Roles);
        var idle = Enumerable.Range(0, 8).Select(_ => Start(Viewer, "socat", "-", $"UNIX-CONNECT:{Path}")).ToList();
        await Eventually.HoldsAsync(() => Channel.Ledger.Actors.Length == 8, "eight slots are taken", Cancelled);

        Assert.Equal(Busy, await AskAsAsync(Viewer, ""));
        Assert.StartsWith(
            """{"status":"ok",""", await AskAsync("status").WaitAsync(TimeSpan.FromSeconds(1), Cancelled), StringComparison.Ordinal);

        foreach (var process in idle)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(Cancelled);
            process.Dispose();
        }

        await Eventually.HoldsAsync(() => Channel.Ledger.Actors.Length == 0, "all slots are free", Cancelled);
    }

    [Fact]
    public async Task Root_takes_the_slot_of_the_oldest_that_moves_nothing()
    {
        await StartAsync(new Admin { MaxConnections = 3, ReadTimeoutSecs = 20 });
        var idle = new List<AdminClient>();
        for (var number = 0; number < 3; number++)
        {
            idle.Add(await ConnectAsync());
        }

        await Eventually.HoldsAsync(() => Channel.Ledger.Actors.Length == 3, "three slots are taken", Cancelled);
        Assert.Equal(Busy, await AskAsync("status"));

        await Eventually.HoldsAsync(
            async () => (await AskAsync("status")).StartsWith("""{"status":"ok",""", StringComparison.Ordinal), "root gets in", Cancelled);

        Assert.Equal("", await idle[0].AnswerAsync(Cancelled));
        Assert.Equal(2, Channel.Ledger.Actors.Count(actor => actor.Name is "admin-socket/connection-2" or "admin-socket/connection-3"));
        idle.ForEach(client => client.Dispose());
    }

    private async Task<string> AskAsAsync(OtherUser user, string input)
    {
        OpenTheDoor();
        return (await user.RunAsync(input, Cancelled, "socat", "-t", "10", "-", $"UNIX-CONNECT:{Path}")).TrimEnd('\n');
    }

    private Process Start(OtherUser user, string program, params string[] arguments)
    {
        OpenTheDoor();
        return user.Start(program, arguments);
    }

    private void OpenTheDoor()
    {
        SocketFolder.Chmod(Folder.Base, 0x1ed);
        SocketFolder.Chmod(Path, 0x1b6);
    }
}
