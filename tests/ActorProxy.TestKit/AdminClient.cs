using System.Net.Sockets;
using System.Text;

namespace ActorProxy.TestKit;

/// <summary>A client of the admin socket that can do everything that a client should not.</summary>
public sealed class AdminClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public Socket Socket => _socket;

    /// <summary>A command, and its answer without the line end.</summary>
    public static async Task<string> AskAsync(string path, string command, CancellationToken cancellationToken)
    {
        using var client = await ConnectAsync(path, cancellationToken);
        await client.SendAsync(command + "\n", cancellationToken);
        return await client.AnswerAsync(cancellationToken);
    }

    public static async Task<AdminClient> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var client = new AdminClient();
        await client._socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        return client;
    }

    public Task SendAsync(string text, CancellationToken cancellationToken) => SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    public void EndInput() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Everything up to the end, without the line end; empty when it was closed without an answer.</summary>
    public async Task<string> AnswerAsync(CancellationToken cancellationToken)
    {
        var answer = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await ReceiveAsync(buffer, cancellationToken) is > 0 and var read)
        {
            answer.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(answer.ToArray()).TrimEnd('\n');
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, cancellationToken);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }
}
