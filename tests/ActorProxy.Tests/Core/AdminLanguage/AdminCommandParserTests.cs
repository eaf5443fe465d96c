using System.Text;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using Xunit;

namespace ActorProxy.Tests.Core.AdminLanguage;

public class AdminCommandParserTests
{
    private const string TokenText = "0123456789:abcdef";

    public static TheoryData<string, AdminCommand> Good => new()
    {
        { "status", new AdminCommand.Status() },
        { "sites", new AdminCommand.Sites() },
        { "history", new AdminCommand.History() },
        { "actors", new AdminCommand.Actors() },
        { "metrics", new AdminCommand.Metrics() },
        { "help", new AdminCommand.Help() },
        { "diff", new AdminCommand.Diff() },
        { "reload", new AdminCommand.Reload(null, null) },
        { "  reload   confirm  1 ", new AdminCommand.Reload(null, 1) },
        { "reload confirm 3600", new AdminCommand.Reload(null, 3600) },
        { "reload if-plan abc123", new AdminCommand.Reload("abc123", null) },
        { "reload if-plan abc123 confirm 60", new AdminCommand.Reload("abc123", 60) },
        { "confirm", new AdminCommand.Confirm() },
        { "validate", new AdminCommand.Validate() },
        { "rollback", new AdminCommand.Rollback(null) },
        { "rollback 7", new AdminCommand.Rollback(7) },
        { "log-level warn", new AdminCommand.LogLevel(LogLevelName.Warn) },
        { "log-reopen", new AdminCommand.LogReopen() },
        { "shutdown", new AdminCommand.Shutdown() },
        { "debug crash config", new AdminCommand.DebugCrash("config") },
        { "debug hang listeners/127.0.0.1:443 5", new AdminCommand.DebugHang("listeners/127.0.0.1:443", 5) },
        { "debug fds 100", new AdminCommand.DebugFds(100, 10) },
        { "debug fds 100 3", new AdminCommand.DebugFds(100, 3) },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void A_command_is_read_with_its_arguments(string line, AdminCommand expected)
    {
        var accepted = Assert.IsType<ParsedLine.Accepted>(Parse(line, AdminRole.Admin, debug: true));

        Assert.Equal(expected, accepted.Command);
        Assert.Equal(line.Trim().Split(' ')[0], accepted.Name);
    }

    [Theory]
    [InlineData("status now")]
    [InlineData("help status")]
    [InlineData("reload now")]
    [InlineData("reload confirm")]
    [InlineData("reload confirm 0")]
    [InlineData("reload confirm 3601")]
    [InlineData("reload confirm -1")]
    [InlineData("reload confirm 1.5")]
    [InlineData("reload confirm +5")]
    [InlineData("reload confirm ٣")]
    [InlineData("reload if-plan")]
    [InlineData("reload confirm 5 if-plan abc")]
    [InlineData("reload if-plan abc confirm")]
    [InlineData("reload if-plan abc confirm 5 more")]
    [InlineData("rollback latest")]
    [InlineData("rollback 0")]
    [InlineData("rollback 99999999999999999999")]
    [InlineData("rollback 1 2")]
    [InlineData("log-level")]
    [InlineData("log-level loud")]
    [InlineData("log-level Info")]
    [InlineData("log-level 1")]
    [InlineData("shutdown now")]
    [InlineData("debug")]
    [InlineData("debug crash")]
    [InlineData("debug hang config")]
    [InlineData("debug hang config 0")]
    [InlineData("debug fds many")]
    [InlineData("debug fds 0")]
    public void Wrong_missing_or_surplus_arguments_are_refused(string line) =>
        AssertRefused(AdminRefusal.InvalidArguments, line.Split(' ')[0], Parse(line, AdminRole.Admin, debug: true));

    [Theory]
    [InlineData("Status")]
    [InlineData("STATUS")]
    [InlineData("stat")]
    [InlineData("statuss")]
    [InlineData("reload;status")]
    [InlineData("stаtus")]   // a Cyrillic letter
    [InlineData("status\u00a0")]   // a no-break space separates nothing
    [InlineData("{\"command\":\"status\"}")]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("-")]
    [InlineData("unknown")]
    [InlineData("debug crash config")]
    public void What_is_no_command_is_unknown_and_never_named(string line) =>
        AssertRefused(AdminRefusal.UnknownCommand, "unknown", Parse(line, AdminRole.Admin));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("    ")]
    [InlineData("\u3000")]
    [InlineData("\t")]
    [InlineData("status\t")]
    [InlineData("status\0")]
    [InlineData("sta\u001btus")]
    [InlineData("status\r")]
    [InlineData("status\u007f")]
    [InlineData("status\u0085")]
    public void Empty_blank_and_control_characters_are_invalid_input(string line) =>
        AssertRefused(AdminRefusal.InvalidInput, "-", Parse(line, AdminRole.Admin));

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { (byte)'s', 0xc3 })]
    [InlineData(new byte[] { 0xc0, 0xaf })]   // overlong
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]   // a surrogate
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 })]   // beyond Unicode
    public void What_is_not_utf8_is_invalid_input(byte[] line) =>
        AssertRefused(AdminRefusal.InvalidInput, "-", new AdminCommandParser(null, false).Parse(line, AdminRole.Admin));

    [Theory]
    [InlineData("status")]
    [InlineData("sites")]
    [InlineData("history")]
    [InlineData("actors")]
    [InlineData("metrics")]
    [InlineData("help")]
    [InlineData("diff")]
    public void A_viewer_may_read(string line) => Assert.IsType<ParsedLine.Accepted>(Parse(line, AdminRole.Viewer));

    [Theory]
    [InlineData("reload")]
    [InlineData("confirm")]
    [InlineData("validate")]
    [InlineData("rollback")]
    [InlineData("log-level info")]
    [InlineData("log-reopen")]
    [InlineData("shutdown")]
    [InlineData("debug crash config")]
    [InlineData("rollback not-a-number")]   // role before arguments
    public void A_viewer_may_nothing_else(string line) =>
        AssertRefused(AdminRefusal.Forbidden, line.Split(' ')[0], Parse(line, AdminRole.Viewer, debug: true));

    [Theory]
    [InlineData("status", AdminRefusal.Unauthorized)]
    [InlineData("0123456789:abcdeF:status", AdminRefusal.Unauthorized)]
    [InlineData("0123456789:abcdef", AdminRefusal.Unauthorized)]
    [InlineData("0123456789", AdminRefusal.Unauthorized)]
    [InlineData(" 0123456789:abcdef:status", AdminRefusal.Unauthorized)]
    [InlineData("0123456789:abcdeff:status", AdminRefusal.Unauthorized)]
    [InlineData(":status", AdminRefusal.Unauthorized)]
    [InlineData("nonsense", AdminRefusal.Unauthorized)]   // token before command
    [InlineData("0123456789:abcdef:", AdminRefusal.UnknownCommand)]
    [InlineData("0123456789:abcdef:nonsense", AdminRefusal.UnknownCommand)]
    [InlineData("0123456789:abcdef:0123456789:abcdef:status", AdminRefusal.UnknownCommand)]
    [InlineData("0123456789:abcdef:reload now", AdminRefusal.InvalidArguments)]
    [InlineData("0123456789:abcdef:sta\ttus", AdminRefusal.InvalidInput)]   // encoding before token
    public void With_a_token_the_whole_prefix_must_be_right(string line, AdminRefusal refusal) =>
        Assert.Equal(refusal, Assert.IsType<ParsedLine.Refused>(ParseWithToken(line, AdminRole.Admin)).Refusal);

    [Fact]
    public void With_its_token_a_command_is_read() =>
        Assert.IsType<AdminCommand.Reload>(
            Assert.IsType<ParsedLine.Accepted>(ParseWithToken($"{TokenText}:reload confirm 5", AdminRole.Admin)).Command);

    [Fact]
    public void The_token_is_checked_before_the_role() =>
        AssertRefused(AdminRefusal.Unauthorized, "-", ParseWithToken("reload", AdminRole.Viewer));

    private static ParsedLine Parse(string line, AdminRole role, bool debug = false) =>
        new AdminCommandParser(null, debug).Parse(Encoding.UTF8.GetBytes(line), role);

    private static ParsedLine ParseWithToken(string line, AdminRole role) =>
        new AdminCommandParser(new AdminToken(Encoding.UTF8.GetBytes(TokenText)), false).Parse(Encoding.UTF8.GetBytes(line), role);

    private static void AssertRefused(AdminRefusal refusal, string name, ParsedLine parsed)
    {
        var refused = Assert.IsType<ParsedLine.Refused>(parsed);
        Assert.Equal((refusal, name), (refused.Refusal, refused.Name));
    }
}
