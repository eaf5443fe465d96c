using ActorProxy.CommandLine;
using ActorProxy.CommandLine.Ctl;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.TestKit;
using ActorProxy.Tests.CommandLine.Ctl;
using ActorProxy.Tests.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.CommandLine;

public sealed class CtlCommandTests
{
    private const string Ok = """{"status":"ok"}""";

    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_words_are_one_line_and_ok_is_0()
    {
        await using var listener = new ScriptedListener(Ok + "\n");

        Assert.Equal(0, await RunAsync(listener, "reload", "confirm", "30"));

        Assert.Equal("reload confirm 30\n", Assert.Single(listener.Asked));
        Assert.Equal("ok\n", _output.ToString());
    }

    [Fact]
    public async Task An_error_is_1_and_goes_to_stderr()
    {
        await using var listener = new ScriptedListener("""{"status":"error","message":"config invalid","errors":3,"error_id":"0a1b2c3d"}""");

        Assert.Equal(1, await RunAsync(listener, "validate"));

        Assert.Equal("", _output.ToString());
        Assert.Equal("error: config invalid, 3 problems (grep error_id=0a1b2c3d in the log)\n", _error.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("--frobnicate|status")]
    [InlineData("status|--socket")]
    [InlineData("--socket=|status")]
    [InlineData("history|--watch")]
    [InlineData("sta\ntus")]
    public async Task A_line_that_can_not_be_understood_is_2(string line)
    {
        var arguments = line.Split('|', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(2, await CtlCommand.RunAsync(arguments, null, Plain(), TimeProvider.System, Ct));

        Assert.StartsWith("actor-proxy ctl: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nonexistent/admin.sock")]
    [InlineData("/dev/null")]
    [InlineData("/tmp/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678.sock")]
    public async Task What_can_not_be_connected_to_is_3(string path)
    {
        Assert.Equal(3, await CtlCommand.RunAsync(["--socket", path, "status"], null, Plain(), TimeProvider.System, Ct));

        Assert.Contains(path, _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello\n")]
    [InlineData("[]\n")]
    public async Task What_is_no_admin_socket_is_3(string answer)
    {
        await using var listener = new ScriptedListener(answer);

        Assert.Equal(3, await RunAsync(listener, "status"));
    }

    [Fact]
    public async Task For_programs_the_answer_is_printed_as_it_came()
    {
        const string Answer = """{"status":"error","message":"reload failed","error_id":"0a1b"}""";
        await using var listener = new ScriptedListener(Answer + "\n");

        Assert.Equal(1, await RunAsync(listener, "--json", "reload"));

        Assert.Equal(Answer + "\n", _output.ToString());
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task While_the_pool_is_full_it_asks_again()
    {
        const string Busy = """{"status":"error","message":"busy"}""";
        await using var listener = new ScriptedListener(Busy, Busy, Ok);

        Assert.Equal(0, await RunAsync(listener, "status"));

        Assert.Equal(3, listener.Asked.Count);
    }

    [Fact]
    public async Task Busy_for_two_seconds_is_an_error()
    {
        await using var listener = new ScriptedListener("""{"status":"error","message":"busy"}""");

        Assert.Equal(1, await RunAsync(listener, "status").WaitAsync(TimeSpan.FromSeconds(10), Ct));
    }

    [Fact]
    public async Task The_token_goes_before_the_command_to_a_listener_that_is_trusted()
    {
        await using var listener = new ScriptedListener(Ok);

        await CtlCommand.RunAsync(["--socket", listener.Path, "status"], "secret-token-0123", Plain(), TimeProvider.System, Ct);

        Assert.Equal("secret-token-0123:status\n", Assert.Single(listener.Asked));
        Assert.DoesNotContain("secret", _output.ToString() + _error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_does_not_go_to_somebody_elses_listener()
    {
        OtherUser.Required();
        Requires.Program("socat");
        using var folder = new SocketFolder();
        SocketFolder.Chmod(folder.Base, 0x1ff);
        using var other = new OtherUser(1234, 1234).Start("socat", "-u", $"UNIX-LISTEN:{folder.Path},fork,mode=666", "STDOUT");
        await Eventually.HoldsAsync(() => File.Exists(folder.Path), "it listens", Ct);

        var code = await CtlCommand.RunAsync(["--socket", folder.Path, "status"], "secret-token-0123", Plain(), TimeProvider.System, Ct);

        other.Kill();
        Assert.Equal(3, code);
        Assert.Contains("the listener belongs to uid 1234", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", await other.StandardOutput.ReadToEndAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_is_printed_steers_the_terminal()
    {
        const string Hostile = """{"status":"ok","sites":[{"host":"\u001b]0;x\u0007\u009b31m","upstream":"a\nb","scheme":"\u007f"}],"k\u001by":1}""";
        await using var listener = new ScriptedListener(Hostile);

        await RunAsync(listener, "sites");

        Assert.DoesNotContain(_output.ToString(), c => char.IsControl(c) && c != '\n');
        Assert.Contains("a?b", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"status\":\"ok\"\u001b[31m}")]
    [InlineData("{\"status\":\"error\",\"message\":\"\\u001b[31mred\"}")]
    public async Task Neither_does_an_error_or_a_raw_answer(string answer)
    {
        await using var listener = new ScriptedListener(answer);

        await RunAsync(listener, "--json", "status");
        await RunAsync(listener, "status");

        Assert.DoesNotContain(_output.ToString() + _error, c => char.IsControl(c) && c != '\n');
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task On_a_pipe_every_answer_is_plain_ascii_without_colours(AdminAnswer answer, string part)
    {
        await using var listener = new ScriptedListener(System.Text.Encoding.UTF8.GetString(AnswerWriter.Line(answer)));

        await RunAsync(listener, "whatever");

        Assert.Contains(part, _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_output.ToString(), c => c > 126 || (c < 32 && c != '\n'));
        Assert.DoesNotContain(_output.ToString().Split('\n'), line => line.EndsWith(' '));
    }

    public static TheoryData<AdminAnswer, string> Answers() => new()
    {
        { CtlAnswers.Status, "last reload        applied, revision 3, by sighup at 2026-11-23T10:00:00.000Z\n" },
        { CtlAnswers.Status, "waits for confirm  revision 3, 42 s left\n" },
        { CtlAnswers.Sites, "a.example  127.0.0.1:3000  http    3         1       2\n" },
        { CtlAnswers.History, "2026-11-23T10:00:00.000Z  sighup   applied  3         uid 1000 pid 42 +1  12  +a.example ~rate_limit.burst\n" },
        { CtlAnswers.Actors, "`- connection-3" },
        { CtlAnswers.Actors, "DrillException at 2026-11-23T10:00:00.000Z (error_id 0a1b2c3d)\n" },
        { new AdminAnswer.Help(CommandTable.Commands), "log-level   admin   log-level LEVEL: trace" },
        { new AdminAnswer.Metrics("a 1\nb 2\n"), "a 1\nb 2\n" },
        { new AdminAnswer.Validated("abc", CtlAnswers.Changes), "plan  abc\n+ site a.example\n~ setting rate_limit.burst\nrestart required: health_check_port\n" },
        { new AdminAnswer.Reloaded(2, true, CtlAnswers.Changes), "revision  2\nchanged   yes\nmessage   static fields changed" },
        { new AdminAnswer.RolledBack(5, 3), "revision  5\nrestored  3\n" },
    };

    [Fact]
    public async Task On_a_terminal_there_are_colours_unless_they_are_not_wanted()
    {
        await using var listener = new ScriptedListener(System.Text.Encoding.UTF8.GetString(AnswerWriter.Line(CtlAnswers.Status)));

        await RunAsync(listener, Plain() with { IsTerminal = true, HasColours = true }, "status");
        Assert.Contains("\u001b[33mfile_newer\u001b[0m", _output.ToString(), StringComparison.Ordinal);

        _output.GetStringBuilder().Clear();
        await RunAsync(listener, Plain() with { IsTerminal = true }, "status");
        Assert.DoesNotContain('\u001b', _output.ToString());
    }

    [Fact]
    public async Task Watch_asks_again_until_it_is_ended()
    {
        await using var listener = new ScriptedListener(System.Text.Encoding.UTF8.GetString(AnswerWriter.Line(CtlAnswers.Status)));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var watching = CtlCommand.RunAsync(
            ["--socket", listener.Path, "status", "--watch", "--json"], null, Plain(), TimeProvider.System, end.Token);

        await Eventually.HoldsAsync(() => listener.Asked.Count >= 2, "it asked twice", Ct);
        await end.CancelAsync();

        Assert.Equal(0, await watching);
    }

    private Task<int> RunAsync(ScriptedListener listener, params string[] arguments) => RunAsync(listener, Plain(), arguments);

    private static Task<int> RunAsync(ScriptedListener listener, Screen screen, params string[] arguments) =>
        CtlCommand.RunAsync(["--socket", listener.Path, .. arguments], null, screen, TimeProvider.System, Ct);

    private Screen Plain() => new(_output, _error, IsTerminal: false, HasColours: false);
}
