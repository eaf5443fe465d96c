using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;

namespace ActorProxy.DataPlane.Tls;

/// <summary>The clear side of a TLS connection, as the pipes that Kestrel reads and writes.</summary>
internal sealed class TlsTransport : IDuplexPipe, IAsyncDisposable
{
    // Kestrel's own pools hand out blocks of this size and no larger ones.
    private const int BlockSize = 4096;

    private readonly PipeStream _encrypted;
    private bool _isShutDown;

    /// <summary>Prepares both directions; the handshake is the caller's.</summary>
    /// <param name="input">What comes encrypted.</param>
    /// <param name="send">Takes what goes out encrypted.</param>
    /// <param name="pool">Where buffers come from.</param>
    public TlsTransport(PipeReader input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, MemoryPool<byte> pool)
    {
        _encrypted = new PipeStream(input, send);
        Stream = new SslStream(_encrypted, leaveInnerStreamOpen: false);

        // Reading nothing first: an idle connection holds no buffer.
        Input = PipeReader.Create(Stream, new StreamPipeReaderOptions(pool, BlockSize, BlockSize / 2, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(Stream, new StreamPipeWriterOptions(pool, BlockSize, leaveOpen: true));
    }

    /// <summary>The session itself.</summary>
    public SslStream Stream { get; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <inheritdoc cref="PipeStream.EndsWithAlert"/>
    public bool? EndsWithAlert() => _encrypted.EndsWithAlert();

    /// <summary>
    /// Says to the client that the end is meant (<c>close_notify</c>). Left out when the connection was broken off: a body without
    /// a length would look whole. A second time it does nothing.
    /// </summary>
    public async ValueTask ShutdownAsync()
    {
        if (Interlocked.Exchange(ref _isShutDown, true))
        {
            return;
        }

        try
        {
            await Output.CompleteAsync();
            await Stream.ShutdownAsync();
        }
        catch (Exception over) when (over is IOException or InvalidOperationException)
        {
            // The client is gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        await Stream.DisposeAsync();
    }
}
