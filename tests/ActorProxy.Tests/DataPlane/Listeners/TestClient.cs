using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace ActorProxy.Tests.DataPlane.Listeners;

/// <summary>One client connection, in clear or over TLS, that says exactly what the test writes.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    // What hangs fails where it hangs.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    private readonly Socket _socket;

    private TestClient(Socket socket, Stream stream)
    {
        _socket = socket;
        Stream = stream;
    }

    public Stream Stream { get; private set; }

    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public SslStream Tls => (SslStream)Stream;

    public static async Task<TestClient> ConnectAsync(
        int port, CancellationToken cancellationToken, string address = "127.0.0.1", int receiveBuffer = 0)
    {
        var endpoint = new IPEndPoint(IPAddress.Parse(address), port);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        await socket.ConnectAsync(endpoint, cancellationToken);
        return new TestClient(socket, new NetworkStream(socket, ownsSocket: true));
    }

    public static async Task<TestClient> ConnectTlsAsync(
        int port,
        CancellationToken cancellationToken,
        string name = "site.test",
        string address = "127.0.0.1",
        bool http2 = false,
        SslProtocols protocols = SslProtocols.None,
        int receiveBuffer = 0)
    {
        var client = await ConnectAsync(port, cancellationToken, address, receiveBuffer);
        await client.HandshakeAsync(name, http2, protocols, cancellationToken);
        return client;
    }

    public async Task HandshakeAsync(string name, bool http2, SslProtocols protocols, CancellationToken cancellationToken)
    {
        var tls = new SslStream(Stream);
        Stream = tls;
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                EnabledSslProtocols = protocols,
                ApplicationProtocols = [http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            cancellationToken);
    }

    public Task SendAsync(string text, CancellationToken cancellationToken) =>
        Stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken).AsTask();

    public Task GetAsync(CancellationToken cancellationToken, string path = "/", string host = "site.test") =>
        SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n", cancellationToken);

    /// <summary>Reads one answer with a Content-Length, whole.</summary>
    public async Task<string> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await Stream.ReadExactlyAsync(one, cancellationToken);
            text.Append((char)one[0]);
        }

        var head = text.ToString();
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        var body = new byte[length is null ? 0 : int.Parse(length["Content-Length: ".Length..], null)];
        await Stream.ReadExactlyAsync(body, cancellationToken);
        return head + Encoding.Latin1.GetString(body);
    }

    /// <summary>Reads until the server ends the connection; a reset counts as an end.</summary>
    public async Task<byte[]> ReadToEndAsync(CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(all, cancellationToken).WaitAsync(Deadline, cancellationToken);
        }
        catch (IOException)
        {
            // A reset.
        }

        return all.ToArray();
    }

    /// <summary>Sends no more; reads on.</summary>
    public void EndInput() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Stream.Dispose();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
