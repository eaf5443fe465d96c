using System.Collections.Concurrent;
using System.Text;
using Serilog.Core;
using Serilog.Events;

namespace ActorProxy.Logging;

/// <summary>The third word of an event's line.</summary>
/// <param name="Utf8">As it is written.</param>
/// <param name="IsOurs">Whether the event was named for the log; else it is a library's, and its text is all that it says.</param>
internal sealed record EventName(byte[] Utf8, bool IsOurs)
{
    // Both come from code, never from what a client sends: there are only so many.
    private static readonly ConcurrentDictionary<(string Event, string Source), EventName> Known = new();

    /// <summary>An event id's name in upper case, or else the last part of the category: <c>…Server.Kestrel</c> → <c>KESTREL</c>.</summary>
    public static EventName Of(LogEvent logEvent)
    {
        var source = Text(logEvent.Properties.GetValueOrDefault(Constants.SourceContextPropertyName));
        var id = logEvent.Properties.GetValueOrDefault("EventId") as StructureValue;
        var name = Text(id?.Properties.FirstOrDefault(property => property.Name == "Name")?.Value);
        return Known.GetOrAdd((name, source), static key => Make(key.Event, key.Source));
    }

    private static EventName Make(string name, string source)
    {
        var isOurs = name.Length > 0 && name.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '_');
        var last = SnakeCase.Of(source.AsSpan(source.LastIndexOf('.') + 1)).ToUpperInvariant();
        return new EventName(Encoding.ASCII.GetBytes(isOurs ? name : last.Length > 0 ? last : "EVENT"), isOurs);
    }

    private static string Text(LogEventPropertyValue? value) => (value as ScalarValue)?.Value as string ?? "";
}
