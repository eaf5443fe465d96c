using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorProxy.Tests.ControlPlane;

/// <summary>Keeps what was logged: <c>EVENT Property=value …</c>.</summary>
public sealed class RecordedLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var properties = (state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            .Where(property => property.Key != "{OriginalFormat}")
            .Select(property => $"{property.Key}={property.Value}");
        _lines.Enqueue($"{eventId.Name} {string.Join(' ', properties)}");
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}
