using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorProxy.Tests.Management;

/// <summary>A client that sends exactly what the test says.</summary>
internal sealed class ManagementClient : IDisposable
{
    private readonly Socket _socket;

    private ManagementClient(Socket socket) => _socket = socket;

    /// <summary>Bytes that came and were not read.</summary>
    public int Available => _socket.Available;

    public static async Task<ManagementClient> ConnectAsync(EndPoint server, CancellationToken cancellationToken, int receiveBuffer = 0)
    {
        var isUnix = server is UnixDomainSocketEndPoint;
        var socket = new Socket(
            isUnix ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        await socket.ConnectAsync(server, cancellationToken);
        return new ManagementClient(socket);
    }

    public async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await _socket.SendAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    /// <summary>One whole response with a Content-Length.</summary>
    public async Task<string> ReceiveAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(text.ToString()))
        {
            var count = await _socket.ReceiveAsync(buffer, cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            if (count == 0)
            {
                throw new EndOfStreamException($"closed after '{text}'");
            }
        }

        return text.ToString();
    }

    public async Task<string> RequestAsync(string method, string target, CancellationToken cancellationToken)
    {
        await SendAsync($"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n", cancellationToken);
        return await ReceiveAsync(cancellationToken);
    }

    /// <summary>Reads to the end of the connection.</summary>
    /// <returns>How many bytes came before it.</returns>
    public async Task<long> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var total = 0L;
        try
        {
            int count;
            while ((count = await _socket.ReceiveAsync(buffer, cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancellationToken)) > 0)
            {
                total += count;
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return total;
        }

        return total;
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(string response)
    {
        var head = response.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
        {
            return false;
        }

        var length = response.Split("\r\n").First(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..];
        return response.Length >= head + 4 + int.Parse(length, System.Globalization.CultureInfo.InvariantCulture);
    }
}
