using System.IO.Pipes;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Tests.Core.Logs;

/// <summary>Stands for standard output: a pipe of the kernel, read when the test likes.</summary>
internal sealed class LogPipe : IDisposable
{
    private readonly AnonymousPipeServerStream _server = new(PipeDirection.In);
    private readonly StreamReader _reader;

    public LogPipe()
    {
        _reader = new StreamReader(_server, Encoding.Latin1);
        Writer = new SafeFileHandle(_server.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: true);
        _server.ClientSafePipeHandle.SetHandleAsInvalid();
    }

    /// <summary>The writing end; whoever writes to it owns it.</summary>
    public SafeFileHandle Writer { get; }

    public async Task<string> ReadLineAsync(CancellationToken cancellationToken) =>
        await _reader.ReadLineAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancellationToken)
        ?? throw new EndOfStreamException();

    /// <summary>Reads up to the first line that holds a text.</summary>
    public async Task<List<string>> ReadUntilAsync(string text, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        do
        {
            lines.Add(await ReadLineAsync(cancellationToken));
        }
        while (!lines[^1].Contains(text, StringComparison.Ordinal));

        return lines;
    }

    /// <summary>Nobody reads any more: the next write finds a broken pipe.</summary>
    public void Break() => _server.Dispose();

    public void Dispose() => _server.Dispose();
}
