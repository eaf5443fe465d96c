using System.IO.Pipelines;
using ActorProxy.DataPlane.Tls;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>
/// Reads and forgets what a client still sends after its last answer: a socket closed over unread bytes is reset, and a reset takes
/// an answer with it that the client has not read yet (RFC 9112 §9.6).
/// </summary>
/// <param name="transport">The connection.</param>
/// <param name="time">For the limits.</param>
/// <param name="pause">Between two reads behind the first 64 KiB, so that who floods us is not served by this either.</param>
internal sealed class LingeringClose(IDuplexPipe transport, TimeProvider time, TimeSpan pause = default)
{
    private const long MaxBytes = 16 * 1024 * 1024;
    private const long UnpausedBytes = 64 * 1024;
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Ends with the client's end, after half a second of silence, after five seconds or after 16 MiB.</summary>
    public async Task WaitAsync(CancellationToken connectionClosed)
    {
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, connectionClosed);
        var started = time.GetTimestamp();
        try
        {
            if (transport is TlsTransport tls)
            {
                // The client learns of the end at once, and need not wait for the silence to pass.
                await tls.ShutdownAsync();
            }

            for (long discarded = 0; discarded < MaxBytes && time.GetElapsedTime(started) < Longest;)
            {
                var read = await transport.Input.ReadAsync(either.Token);
                discarded += read.Buffer.Length;
                transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }

                if (discarded > UnpausedBytes && pause > TimeSpan.Zero)
                {
                    silence.CancelAfter(Silence + pause);
                    await Task.Delay(pause, time, connectionClosed);
                }

                silence.CancelAfter(Silence);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Silence, or the client is gone: either way it can be closed now.
        }
    }
}
