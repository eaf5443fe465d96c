using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using ActorProxy.Tests.Core.Linux;
using Akka.Actor;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

public sealed class AdminSocketActorTests : AdminSocketFixture
{
    [Fact]
    public async Task A_command_is_answered_and_logged_with_who_gave_it()
    {
        await StartAsync();

        Assert.StartsWith("""{"status":"ok","uptime_secs":1,""", await AskAsync("status"), StringComparison.Ordinal);

        Assert.Contains(
            $"ADMIN PeerUid={CurrentUser.Uid} PeerGid={CurrentUser.Gid} PeerPid={Environment.ProcessId} Command=status Outcome=ok DurationMs=",
            Assert.Single(LinesOf("ADMIN")),
            StringComparison.Ordinal);
        Assert.Equal(Readiness.Ok, Assert.Single(Readiness.Components).Value);
    }

    [Fact]
    public async Task A_socket_that_is_gone_is_bound_again_within_two_seconds()
    {
        await StartAsync();
        using var before = await ConnectAsync();
        File.Delete(Path);

        await BoundAsync(2).WaitAsync(TimeSpan.FromSeconds(2), Cancelled);

        Assert.Contains("\"ok\"", await AskAsync("status"), StringComparison.Ordinal);
        await before.SendAsync("status\n", Cancelled);
        Assert.Contains("\"ok\"", await before.AnswerAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_mode_is_set_right_within_two_seconds()
    {
        await StartAsync();
        SocketFolder.Chmod(Path, 0x1b6);

        await LoggedAsync("Status=repaired").WaitAsync(TimeSpan.FromSeconds(2), Cancelled);

        Assert.Equal(0x180, SocketFolder.ModeOf(Path));
    }

    [Fact]
    public async Task A_refused_path_degrades_and_heals_when_it_is_cleaned_up()
    {
        File.WriteAllText(Path, "in the way");
        Begin();
        await LoggedAsync("Status=refused");
        Assert.Equal(new KeyValuePair<string, string>("admin_socket", "refused"), Assert.Single(Readiness.Components));

        File.Delete(Path);

        await BoundAsync(1);
        Assert.False(Readiness.IsDegraded);
        Assert.Single(Recorded.Lines, line => line.Contains("Status=refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_socket_that_another_process_has_taken_is_not_taken_back()
    {
        await StartAsync();
        File.Delete(Path);
        using var other = SocketFolder.PutListener(Path);

        await LoggedAsync("Status=refused");

        Assert.Null(other.Accept(out _));
        Assert.True(Readiness.IsDegraded);
    }

    [Fact]
    public async Task A_crash_ends_the_connections_and_the_path_is_bound_again()
    {
        await StartAsync();
        using var client = await ConnectAsync();
        await Eventually.HoldsAsync(() => Metrics.AdminConnections.Value == 1, "the client is there", Cancelled);

        Actor.Tell(new SupervisionMessages.Crash());

        Assert.Equal("", await client.AnswerAsync(Cancelled));
        await BoundAsync(2);
        Assert.Contains("\"ok\"", await AskAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_actor_hangs_root_is_answered_from_what_is_published()
    {
        await StartAsync();
        Actor.Tell(new SupervisionMessages.Hang(TimeSpan.FromSeconds(3)));

        foreach (var command in new[] { "status", "help", "metrics" })
        {
            Assert.StartsWith("""{"status":"ok",""", await AskAsync(command).WaitAsync(TimeSpan.FromSeconds(1), Cancelled), StringComparison.Ordinal);
        }

        Assert.Contains("unknown command", await AskAsync("nonsense").WaitAsync(TimeSpan.FromSeconds(1), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_given_while_the_actor_hangs_is_carried_out_when_it_is_back()
    {
        await StartAsync();
        Actor.Tell(new SupervisionMessages.Hang(TimeSpan.FromSeconds(1)));

        var answer = AskAsync("reload");
        await Config.ExpectMsgAsync<ActorProxy.ControlPlane.Reloads.ConfigMessages.Reload>(TimeSpan.FromSeconds(10), cancellationToken: Cancelled);
        Config.Reply(new ReloadAnswer.Reloaded(2, true, ConfigChanges.None));

        Assert.StartsWith("""{"status":"ok","revision":2,"changed":true,""", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_crashes_says_so_and_its_slot_is_free()
    {
        await StartAsync(new Admin { MaxConnections = 3, ReadTimeoutSecs = 5 });
        using var client = await ConnectAsync();
        await Eventually.HoldsAsync(() => Channel.Ledger.Actors.Any(), "its actor is there", Cancelled);

        Channel.Ledger.Find("admin-socket/connection-1")!.Tell(new SupervisionMessages.Crash());

        Assert.Matches("""^{"status":"error","message":"command failed","error_id":"[0-9a-f]{8}"}$""", await client.AnswerAsync(Cancelled));
        await Eventually.HoldsAsync(() => !Channel.Ledger.Actors.Any(), "its actor is gone", Cancelled);
        Assert.Contains(LinesOf("ADMIN_FAILED"), line => line.Contains("connection-1 crashed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shutdown_is_answered_before_the_stop_begins()
    {
        await StartAsync();

        Assert.Equal("""{"status":"ok"}""", await AskAsync("shutdown"));

        await StopRequested.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancelled);
    }

    [Fact]
    public async Task When_the_channel_ends_its_file_is_gone_and_its_clients_too()
    {
        await StartAsync();
        using var client = await ConnectAsync();

        Channel.Dispose();

        Assert.Null(FileStatus.AtPath(Path));
        Assert.Equal("", await client.AnswerAsync(Cancelled));
    }

    [Fact]
    public async Task With_a_stop_of_the_actors_the_file_is_gone()
    {
        await StartAsync();

        Sys.Stop(Actor);

        await Eventually.HoldsAsync(() => FileStatus.AtPath(Path) is null, "the file is removed", Cancelled);
    }
}
