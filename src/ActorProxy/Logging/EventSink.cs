using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace ActorProxy.Logging;

/// <summary>
/// Writes events as lines of the one log: the placeholders of the message as fields, in their order; the text between them is not
/// written. A library's event, which has a text only, becomes <c>message=…</c>.
/// </summary>
internal sealed class EventSink(LogQueue queue) : ILogEventSink
{
    private const int LongestValue = 8192;
    private static readonly ConcurrentDictionary<string, byte[]> Keys = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var level = Level(logEvent.Level);
        if (!queue.IsEnabled(level))
        {
            return;
        }

        var name = EventName.Of(logEvent);
        var line = queue.Begin(level, name.Utf8);
        if (name.IsOurs)
        {
            WriteFields(ref line, logEvent);
        }
        else
        {
            WriteMessage(ref line, logEvent);
        }

        if (logEvent.Exception is { } exception)
        {
            line.Text("exception"u8, Cut(queue.IsEnabled(LogLevelName.Debug) ? exception.ToString() : ExceptionText.Of(exception)));
        }

        queue.Write(ref line);
    }

    private static void WriteFields(ref LineWriter line, LogEvent logEvent)
    {
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && logEvent.Properties.TryGetValue(property.PropertyName, out var value))
            {
                Write(ref line, Key(property.PropertyName), value);
            }
        }
    }

    private static void WriteMessage(ref LineWriter line, LogEvent logEvent)
    {
        if (logEvent.Properties.GetValueOrDefault("ActorPath") is { } actor)
        {
            Write(ref line, "actor"u8, actor);
        }

        line.Text("message"u8, Cut(Message(logEvent)));
    }

    private static void Write(ref LineWriter line, ReadOnlySpan<byte> key, LogEventPropertyValue value)
    {
        switch ((value as ScalarValue)?.Value)
        {
            case bool flag:
                line.Flag(key, flag);
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                line.Number(key, Convert.ToInt64(((ScalarValue)value).Value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                line.Decimal(key, number);
                break;
            default:
                line.Text(key, Cut(Text(value)));
                break;
        }
    }

    // Serilog's own rendering puts quotes around strings.
    private static string Message(LogEvent logEvent) => string.Concat(logEvent.MessageTemplate.Tokens.Select(token =>
        token is PropertyToken property && logEvent.Properties.TryGetValue(property.PropertyName, out var value)
            ? Text(value)
            : token.ToString()));

    private static string Text(LogEventPropertyValue value) => value switch
    {
        ScalarValue { Value: null } => "",
        ScalarValue { Value: string text } => text,
        ScalarValue { Value: Enum word } => SnakeCase.Of(word.ToString()),
        ScalarValue { Value: DateTimeOffset time } => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ScalarValue { Value: IFormattable other } => other.ToString(null, CultureInfo.InvariantCulture),
        ScalarValue scalar => scalar.Value.ToString() ?? "",
        SequenceValue sequence => string.Join(',', sequence.Elements.Select(Text)),
        _ => value.ToString(null, CultureInfo.InvariantCulture),
    };

    private static ReadOnlySpan<char> Cut(string text) => text.AsSpan(0, Math.Min(text.Length, LongestValue));

    // What every line has already is not written twice.
    private static byte[] Key(string property) => Keys.GetOrAdd(property, static name => Encoding.ASCII.GetBytes(SnakeCase.Of(name) switch
    {
        "time" or "level" or "event" => $"event_{SnakeCase.Of(name)}",
        var key => key,
    }));

    private static LogLevelName Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => LogLevelName.Trace,
        LogEventLevel.Debug => LogLevelName.Debug,
        LogEventLevel.Information => LogLevelName.Info,
        LogEventLevel.Warning => LogLevelName.Warn,
        _ => LogLevelName.Error,
    };
}
