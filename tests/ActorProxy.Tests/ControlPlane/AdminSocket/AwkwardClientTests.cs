using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

/// <summary>Any bytes at all, in any rhythm: each gets its one line or the end in bounded time, and the next operator gets in.</summary>
public sealed class AwkwardClientTests : AdminSocketFixture
{
    private const string InvalidInput = """{"status":"error","message":"invalid input"}""";
    private const string TooLong = """{"status":"error","message":"command too long"}""";
    private const string TimedOut = """{"status":"error","message":"timeout"}""";

    [Theory]
    [InlineData("\n", InvalidInput)]
    [InlineData("   \n", InvalidInput)]
    [InlineData("sta\0tus\n", InvalidInput)]
    [InlineData("nonsense\n", """{"status":"error","message":"unknown command"}""")]
    [InlineData("status now\n", """{"status":"error","message":"invalid arguments"}""")]
    [InlineData("token:status\n", """{"status":"error","message":"unknown command"}""")]
    public async Task A_wrong_line_gets_its_one_line(string input, string answer)
    {
        await StartAsync();
        using var client = await ConnectAsync();
        await client.SendAsync(input, Cancelled);

        Assert.Equal(answer, await client.AnswerAsync(Cancelled));
    }

    [Fact]
    public async Task Invalid_utf8_is_invalid_input()
    {
        await StartAsync();
        using var client = await ConnectAsync();
        await client.SendAsync(new byte[] { 0xff, 0xfe, (byte)'\n' }, Cancelled);

        Assert.Equal(InvalidInput, await client.AnswerAsync(Cancelled));
    }

    [Theory]
    [InlineData("status\r\n")]
    [InlineData("status\nreload\nshutdown\n")]
    public async Task What_follows_the_first_line_is_ignored(string input)
    {
        await StartAsync();
        using var client = await ConnectAsync();
        await client.SendAsync(input, Cancelled);

        Assert.StartsWith("""{"status":"ok","uptime_secs":""", await client.AnswerAsync(Cancelled), StringComparison.Ordinal);
        Assert.Single(LinesOf("ADMIN"));
    }

    [Fact]
    public async Task The_end_of_the_input_ends_the_line()
    {
        await StartAsync();
        using var client = await ConnectAsync();
        await client.SendAsync("status", Cancelled);
        client.EndInput();

        Assert.StartsWith("""{"status":"ok",""", await client.AnswerAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_without_a_byte_is_invalid()
    {
        await StartAsync();
        using var client = await ConnectAsync();
        client.EndInput();

        Assert.Equal(InvalidInput, await client.AnswerAsync(Cancelled));
    }

    [Fact]
    public async Task A_line_in_many_pieces_is_one_line()
    {
        await StartAsync();
        using var client = await ConnectAsync();
        foreach (var letter in "help\n")
        {
            await client.SendAsync(letter.ToString(), Cancelled);
            await Task.Yield();
        }

        Assert.StartsWith("""{"status":"ok","commands":""", await client.AnswerAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_the_longest_length_is_read_and_one_byte_more_is_too_long()
    {
        await StartAsync(new Admin { MaxCommandBytes = 64 });

        Assert.StartsWith("""{"status":"ok",""", await AskAsync("status".PadRight(64)), StringComparison.Ordinal);
        Assert.Equal(TooLong, await AskAsync("status".PadRight(65)));
    }

    [Fact]
    public async Task Megabytes_without_an_end_get_their_line_while_they_are_still_being_sent()
    {
        await StartAsync();
        using var client = await ConnectAsync();
        var sending = client.SendAsync(Encoding.ASCII.GetBytes(new string('a', 5_000_000)), Cancelled);

        Assert.Equal(TooLong, await client.AnswerAsync(Cancelled));
        await sending;
    }

    [Fact]
    public async Task Who_sends_nothing_gets_a_timeout()
    {
        await StartAsync(new Admin { ReadTimeoutSecs = 1 });
        using var client = await ConnectAsync();

        Assert.Equal(TimedOut, await client.AnswerAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(3), Cancelled));
    }

    [Fact]
    public async Task Dripping_does_not_stretch_the_timeout()
    {
        await StartAsync(new Admin { ReadTimeoutSecs = 1 });
        using var client = await ConnectAsync();
        var answer = client.AnswerAsync(Cancelled);
        using var drip = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var drops = 0; !answer.IsCompleted; drops++)
        {
            Assert.True(drops < 60, "still reading after three seconds");
            await client.SendAsync("a", Cancelled);
            await drip.WaitForNextTickAsync(Cancelled);
        }

        Assert.Equal(TimedOut, await answer);
    }

    [Fact]
    public async Task Who_does_not_take_the_answer_is_closed_after_the_timeout()
    {
        State.MetricsText = new string('m', 4_000_000);
        await StartAsync(new Admin { ReadTimeoutSecs = 1 });
        using var client = await ConnectAsync();
        await client.SendAsync("metrics\n", Cancelled);

        await LoggedAsync("Outcome=answer_not_taken");
        await Eventually.HoldsAsync(() => Metrics.AdminConnections.Value == 0, "it is gone", Cancelled);
        Assert.StartsWith("""{"status":"ok",""", await AskAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_at_once_arrives_whole()
    {
        State.MetricsText = new string('m', 4_000_000);
        await StartAsync();

        Assert.Equal($$"""{"status":"ok","metrics":"{{State.MetricsText}}"}""", await AskAsync("metrics"));
    }

    [Fact]
    public async Task Who_leaves_in_the_middle_is_logged_and_leaves_nothing_behind()
    {
        await StartAsync();
        var client = await ConnectAsync();
        await client.SendAsync("sta", Cancelled);
        client.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        client.Dispose();

        await Eventually.HoldsAsync(() => Metrics.AdminConnections.Value == 0 && LinesOf("ADMIN").Any(), "it is gone", Cancelled);
        Assert.StartsWith("""{"status":"ok",""", await AskAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_token_its_prefix_is_needed_and_nothing_shows_it()
    {
        const string Token = "0123456789abcdef";
        await StartAsync(token: Token);

        Assert.Equal("""{"status":"error","message":"unauthorized"}""", await AskAsync("status"));
        Assert.Equal("""{"status":"error","message":"unauthorized"}""", await AskAsync("0123456789abcdeX:status"));
        Assert.StartsWith("""{"status":"ok",""", await AskAsync($"{Token}:status"), StringComparison.Ordinal);
        Assert.False(Logged(Token));
        Assert.False(Logged("0123456789abcdeX"));
    }
}
