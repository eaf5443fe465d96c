using System.Net.Sockets;
using System.Text;
using ActorProxy.TestKit;

namespace ActorProxy.Tests.CommandLine.Ctl;

/// <summary>An admin socket that answers what the test says, and keeps what it was asked.</summary>
internal sealed class ScriptedListener : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Queue<string> _answers;
    private readonly Task _serving;

    /// <param name="answers">One for each connection; the last one again and again.</param>
    public ScriptedListener(params string[] answers)
    {
        _answers = new Queue<string>(answers);
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        _socket.Listen();
        _serving = ServeAsync();
    }

    public string Path => _directory["admin.sock"];

    public List<string> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _serving;
        _directory.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _socket.AcceptAsync();
                var buffer = new byte[4096];
                var read = await client.ReceiveAsync(buffer);
                Asked.Add(Encoding.UTF8.GetString(buffer, 0, read));
                var answer = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
                await client.SendAsync(Encoding.UTF8.GetBytes(answer));
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }
}
