using System.Text.Json;
using ActorProxy.CommandLine.Ctl;

namespace ActorProxy.CommandLine;

/// <summary><c>actor-proxy ctl</c>: the admin socket's client, for people and for programs.</summary>
internal static class CtlCommand
{
    private const int Unreachable = 3;
    private const string TokenVariable = "ADMIN_SOCKET_TOKEN";
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    /// <summary>Runs a command and says how it ended.</summary>
    /// <param name="arguments">The words after <c>ctl</c>.</param>
    /// <param name="cancellationToken">Ends <c>--watch</c>.</param>
    /// <returns>0 ok, 1 the answer is an error, 2 usage, 3 cannot connect.</returns>
    public static Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var token = Environment.GetEnvironmentVariable(TokenVariable);
        return RunAsync(arguments, string.IsNullOrEmpty(token) ? null : token, Screen.OfConsole(), TimeProvider.System, cancellationToken);
    }

    internal static async Task<int> RunAsync(
        string[] arguments, string? token, Screen screen, TimeProvider time, CancellationToken cancellationToken)
    {
        var asked = CtlArguments.Parse(arguments);
        if (asked.Help)
        {
            screen.Line(CtlArguments.Usage);
            return ExitCodes.Ok;
        }

        if (asked.Problem is { } problem)
        {
            await screen.Error.WriteLineAsync($"actor-proxy ctl: {problem} (actor-proxy ctl --help)");
            return ExitCodes.Usage;
        }

        var client = new CtlClient(asked.Socket, token, time);
        return asked.Watch
            ? await WatchAsync(client, asked, screen, time, cancellationToken)
            : Print(await client.AskAsync(string.Join(' ', asked.Words), cancellationToken), asked, screen);
    }

    private static async Task<int> WatchAsync(
        CtlClient client, CtlArguments asked, Screen screen, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WatchInterval, time);
        try
        {
            do
            {
                var reply = await client.AskAsync("status", cancellationToken);
                if (!asked.Json)
                {
                    screen.StartOver();
                }

                if (Print(reply, asked, screen) is not ExitCodes.Ok and var code && !screen.IsTerminal)
                {
                    return code;
                }

                if (!asked.Json && !screen.IsTerminal)
                {
                    screen.Line();
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }

        return ExitCodes.Ok;
    }

    private static int Print(CtlReply reply, CtlArguments asked, Screen screen)
    {
        switch (reply)
        {
            case CtlReply.Line line:
                return Print(line.Text, asked, screen);
            case CtlReply.Unreachable unreachable:
                screen.Error.WriteLine($"actor-proxy ctl: {PlainText.Of(unreachable.Reason)}");
                return Unreachable;
            default:
                throw new InvalidOperationException("a line came or none did");
        }
    }

    private static int Print(string line, CtlArguments asked, Screen screen)
    {
        using var answer = Parse(line);
        if (answer?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            screen.Error.WriteLine($"actor-proxy ctl: {asked.Socket}: what answers there is no admin socket");
            return Unreachable;
        }

        var ok = AnswerView.Text(root, "status") == "ok";
        if (asked.Json)
        {
            screen.Line(PlainText.Of(line));
        }
        else if (ok)
        {
            AnswerView.Print(root, screen);
        }
        else
        {
            screen.Error.WriteLine(Explain(root, screen));
        }

        return ok ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static string Explain(JsonElement root, Screen screen)
    {
        var message = screen.Paint("error:", Colour.Red) + " " + PlainText.Of(AnswerView.Text(root, "message"));
        var errors = root.TryGetProperty("errors", out var count) ? $", {AnswerView.Text(count)} problems" : "";
        var story = root.TryGetProperty("error_id", out var id) ? $" (grep error_id={PlainText.Of(AnswerView.Text(id))} in the log)" : "";
        return message + errors + story;
    }

    private static JsonDocument? Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
