using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>A client that sends what it is told and reads until it has what it wants. One char is one byte.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly StringBuilder _received = new();

    private RawClient(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    public static async Task<RawClient> ConnectAsync(IPEndPoint server, bool tls)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, TestContext.Current.CancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls)
        {
            var encrypted = new SslStream(stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "a.example" }, TestContext.Current.CancellationToken);
            stream = encrypted;
        }

        return new RawClient(socket, stream);
    }

    public async Task SendAsync(string text)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);
        await _stream.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Everything to the end of the stream; a reset connection throws.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReadAsync())
        {
        }

        return Take(_received.Length);
    }

    /// <summary>Everything to the end of a text, which must come.</summary>
    public async Task<string> ReadThroughAsync(string end)
    {
        while (true)
        {
            var found = _received.ToString().IndexOf(end, StringComparison.Ordinal);
            if (found >= 0)
            {
                return Take(found + end.Length);
            }

            Assert.True(await ReadAsync(), $"ended after '{_received}' without '{end}'");
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<bool> ReadAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Deadline);
        var buffer = new byte[16 * 1024];
        try
        {
            var read = await _stream.ReadAsync(buffer, timeout.Token);
            _received.Append(Encoding.Latin1.GetString(buffer.AsSpan(0, read)));
            return read > 0;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing more came after '{_received}'");
        }
    }

    private string Take(int length)
    {
        var text = _received.ToString(0, length);
        _received.Remove(0, length);
        return text;
    }
}
