using System.Buffers;
using System.IO.Pipelines;

namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>
/// Collects what goes out while something else is being sent or is about to be: Kestrel flushes each answer on its own, and under load
/// several fit into one record and one call of the kernel.
/// </summary>
internal sealed class BatchedOutput
{
    // As Kestrel's own transports hold for a client that does not read; the buffers for it are at most twice as large.
    private const int MostHeld = 64 * 1024;

    // What a TLS record holds: RFC 8446 §5.1. A pipe's later segments are larger.
    private const int PieceSize = 16 * 1024;

    private readonly Pipe _pipe;
    private readonly PipeWriter _output;
    private readonly Task _sending;

    /// <param name="output">Where it goes.</param>
    /// <param name="streams">Who might have something to add.</param>
    public BatchedOutput(PipeWriter output, OpenStreams streams)
    {
        _output = output;
        _pipe = new Pipe(new PipeOptions(
            MemoryPool<byte>.Shared, new Starter(streams), PipeScheduler.Inline, MostHeld, MostHeld / 2, PieceSize, useSynchronizationContext: false));
        _sending = SendAsync();
    }

    /// <summary>Takes what is to be sent. A flush waits only when too much is held.</summary>
    public PipeWriter Writer => _pipe.Writer;

    /// <summary>Ends with the last byte sent.</summary>
    public async Task EndAsync()
    {
        await _pipe.Writer.CompleteAsync();
        await _sending;
    }

    private async Task SendAsync()
    {
        try
        {
            while (await _pipe.Reader.ReadAsync() is var read && !(read.IsCompleted && read.Buffer.IsEmpty))
            {
                foreach (var piece in read.Buffer)
                {
                    await _output.WriteAsync(piece);
                }

                _pipe.Reader.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception)
        {
            // Whatever it was, the connection takes no more: the next flush says so, and whoever reads finds out why.
        }
        finally
        {
            await _pipe.Reader.CompleteAsync();
        }
    }

    /// <summary>Sends what nobody can add to at once. Else a moment later, in which others do.</summary>
    private sealed class Starter(OpenStreams streams) : PipeScheduler
    {
        public override void Schedule(Action<object?> action, object? state)
        {
            if (streams.AreSeveral)
            {
                System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
            }
            else
            {
                action(state);
            }
        }
    }
}
