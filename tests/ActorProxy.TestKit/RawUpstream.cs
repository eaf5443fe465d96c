using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ActorProxy.TestKit;

/// <summary>An upstream that follows a script, byte by byte: what no well-behaved server can be brought to do.</summary>
public sealed class RawUpstream : IAsyncDisposable
{
    private readonly Func<RawUpstreamConnection, Task> _script;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;

    /// <param name="script">Runs once for each connection, which is closed when it returns.</param>
    public RawUpstream(Func<RawUpstreamConnection, Task> script)
    {
        _script = script;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections that were accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>An upstream that answers each connection's first request head with fixed bytes, and closes.</summary>
    public static RawUpstream Answering(string response) => new(async connection =>
    {
        await connection.ReadHeadAsync();
        await connection.WriteAsync(response);
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stopping.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            var number = Interlocked.Increment(ref _accepted);
            _connections.Add(RunAsync(new RawUpstreamConnection(socket, number, _stopping.Token)));
        }
    }

    private async Task RunAsync(RawUpstreamConnection connection)
    {
        await using (connection)
        {
            try
            {
                await _script(connection);
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or SocketException or AuthenticationException)
            {
                // The peer left, or the test is over.
            }
        }
    }
}
