using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>
/// The connection middleware that bounds what an HTTP/2 client can make the proxy do for nothing: floods of resets, of control and
/// empty frames, of CONTINUATION. Goes after TLS. Kestrel's own limits count other things, and answer with other reasons.
/// </summary>
/// <param name="time">For the bounds.</param>
/// <param name="logger">Where a connection that ends for its client's conduct is named.</param>
/// <param name="refused">Told of each request that Kestrel refuses by itself; <c>null</c> for nobody.</param>
internal sealed class Http2Guard(TimeProvider time, ILogger logger, Action<ClientConnection>? refused = null)
{
    /// <summary>Of one connection at a time, with those that were reset and whose requests are still at work.</summary>
    public const int MaxStreams = 100;

    /// <summary>
    /// What Kestrel takes for that number; clients read <see cref="MaxStreams"/>. It keeps the streams that have something to say, or
    /// were reset, in a queue for twice as many, and cuts the connection without a farewell when that overflows: which it does when the
    /// thread that empties the queue comes too late. So the queue must hold whatever can come before the guard ends the connection: the
    /// streams that are open, those that were reset, and what has been read with the last of them.
    /// </summary>
    public const int KestrelStreams = 10 * MaxStreams;

    /// <summary>Between two reads from a client that is up to nothing good. Nobody else notices it, if it happens to somebody else once.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The middleware. Needs a <see cref="ClientConnection"/> among the features.</summary>
    public ConnectionDelegate Apply(ConnectionDelegate next) => connection => GuardAsync(connection, next);

    // What was read is served; Kestrel then sees the end of its input, and says farewell.
    private static void EndRead(PipeReader input)
    {
        try
        {
            input.CancelPendingRead();
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended meanwhile.
        }
    }

    private async Task GuardAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var client = connection.Features.GetRequiredFeature<ClientConnection>();
        var streams = client.Unreached = new UnreachedStreams(time, () => refused?.Invoke(client));
        var conduct = new Conduct(time, reason =>
        {
            Log.Http2Abuse(logger, client.ClientIpText, reason);
            client.Transport?.Condemn();

            // Not from here: the one who writes a frame must not run into the one who reads.
            ThreadPool.UnsafeQueueUserWorkItem(EndRead, transport.Input, preferLocal: false);
        })
        { Streams = streams, Open = client.OpenStreams = new OpenStreams() };
        var reader = new ObservedPipeReader(transport.Input, conduct, time);
        var output = new BatchedOutput(transport.Output, client.OpenStreams);
        connection.Transport = new ObservedTransport(reader, new ObservedPipeWriter(output.Writer, conduct));
        try
        {
            try
            {
                await next(connection);
            }
            finally
            {
                await output.EndAsync();
            }

            if (conduct.IsOver)
            {
                reader.Release();
                await new LingeringClose(transport, time, Pause).WaitAsync(connection.ConnectionClosed);
            }
        }
        finally
        {
            streams.End();
            connection.Transport = transport;
        }
    }
}
