using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>Writes an answer as one JSON object. Names are the contract with every client there is: they are written out here once.</summary>
public static class AnswerWriter
{
    // Quotes as \" rather than \u0022: what is read on a terminal is no page of a browser.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer as one line, its end included.</summary>
    /// <param name="answer">Any answer.</param>
    public static byte[] Line(AdminAnswer answer) => [.. Json(answer), (byte)'\n'];

    /// <summary>The answer as a JSON object without a line end.</summary>
    /// <param name="answer">Any answer.</param>
    public static byte[] Json(AdminAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("status", answer.IsOk ? "ok" : "error");
            WriteBody(json, answer);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteBody(Utf8JsonWriter json, AdminAnswer answer)
    {
        switch (answer)
        {
            case AdminAnswer.Done:
                break;
            case AdminAnswer.Status status:
                ReportWriter.Write(json, status.Report);
                break;
            case AdminAnswer.Sites sites:
                ReportWriter.WriteAll(json, "sites", sites.Reports, ReportWriter.Write);
                break;
            case AdminAnswer.History history:
                ReportWriter.WriteAll(json, "reloads", history.Reloads, ReportWriter.Write);
                break;
            case AdminAnswer.Actors actors:
                ReportWriter.WriteAll(json, "actors", actors.Reports, ReportWriter.Write);
                break;
            case AdminAnswer.Metrics metrics:
                json.WriteString("metrics", metrics.Text);
                break;
            case AdminAnswer.Help help:
                ReportWriter.WriteAll(json, "commands", help.Commands, ReportWriter.Write);
                break;
            case AdminAnswer.Diff diff:
                ReportWriter.Write(json, diff.Changes);
                break;
            default:
                WriteChange(json, answer);
                break;
        }
    }

    private static void WriteChange(Utf8JsonWriter json, AdminAnswer answer)
    {
        switch (answer)
        {
            case AdminAnswer.Reloaded reloaded:
                Write(json, reloaded);
                break;
            case AdminAnswer.Confirmed confirmed:
                json.WriteNumber("revision", confirmed.Revision);
                break;
            case AdminAnswer.Validated validated:
                json.WriteString("plan", validated.Plan);
                ReportWriter.Write(json, validated.Changes);
                break;
            case AdminAnswer.RolledBack rolledBack:
                json.WriteNumber("revision", rolledBack.Revision);
                json.WriteNumber("restored", rolledBack.Restored);
                break;
            case AdminAnswer.KeyRotated rotated:
                json.WriteString("key", rotated.Key);
                json.WriteString("until", "restart");
                break;
            case AdminAnswer.Refused refused:
                json.WriteString("message", AnswerMessages.Of(refused.Why));
                break;
            case AdminAnswer.ConfigInvalid invalid:
                json.WriteString("message", "config invalid");
                json.WriteNumber("errors", invalid.Errors);
                json.WriteString("error_id", invalid.ErrorId);
                break;
            case AdminAnswer.Failed failed:
                json.WriteString("message", AnswerMessages.Of(failed.What));
                json.WriteString("error_id", failed.ErrorId);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(answer), answer, "an answer without a form");
        }
    }

    private static void Write(Utf8JsonWriter json, AdminAnswer.Reloaded reloaded)
    {
        json.WriteNumber("revision", reloaded.Revision);
        json.WriteBoolean("changed", reloaded.Changed);
        ReportWriter.Write(json, reloaded.Changes);
        if (!reloaded.Changes.RestartRequired.IsEmpty)
        {
            ReportWriter.WriteNames(json, "restart_required", reloaded.Changes.RestartRequired);
            json.WriteString("message", $"static fields changed (restart required): {string.Join(", ", reloaded.Changes.RestartRequired)}");
        }
    }
}
