using System.Net.Sockets;
using System.Text;
using ActorProxy.Core.Linux;

namespace ActorProxy.CommandLine.Ctl;

/// <summary>Speaks the admin socket's line protocol: a line there, a line back.</summary>
/// <param name="path">The socket.</param>
/// <param name="token">Sent before each command, to trusted listeners only; <c>null</c> for none.</param>
/// <param name="time">The clock.</param>
internal sealed class CtlClient(string path, string? token, TimeProvider time)
{
    private const int MostAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(2);

    // Short: whoever else waits for a slot asks as often.
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // Longer than the slowest reload: the proxy answers or closes long before.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Asks, and asks again for two seconds while the pool or the backlog is full.</summary>
    public async Task<CtlReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var reply = await AskOnceAsync(command, cancellationToken);
            if (!IsBusy(reply) || time.GetElapsedTime(began) >= BusyFor)
            {
                return reply;
            }

            await Task.Delay(BusyPause, time, cancellationToken);
        }
    }

    private static bool IsBusy(CtlReply reply) =>
        reply is CtlReply.Line { Text: """{"status":"error","message":"busy"}""" } or CtlReply.Unreachable { IsCrowded: true };

    private async Task<CtlReply> AskOnceAsync(string command, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            timeout.CancelAfter(ConnectTimeout);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), timeout.Token);
            if (token is not null && FindDistrust(socket) is { } distrust)
            {
                return new CtlReply.Unreachable(distrust);
            }

            timeout.CancelAfter(AnswerTimeout);
            await SendAsync(socket, (token is null ? "" : token + ":") + command + "\n", timeout.Token);
            return await ReceiveAsync(socket, timeout.Token);
        }
        catch (SocketException exception)
        {
            return new CtlReply.Unreachable($"{path}: {Explain(exception)}", IsCrowded: exception.SocketErrorCode == SocketError.WouldBlock);
        }
        catch (ArgumentException)
        {
            return new CtlReply.Unreachable($"{path}: not a path that a socket can have");
        }
        catch (LinuxException exception)
        {
            return new CtlReply.Unreachable($"{path}: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CtlReply.Unreachable($"{path}: no answer in time");
        }
    }

    // Whoever may put a socket at the path could collect tokens: the kernel says who listens (unix(7), SO_PEERCRED).
    private string? FindDistrust(Socket socket)
    {
        var listener = PeerCredentials.Of(socket.SafeHandle).Uid;
        var directory = FileStatus.Following(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return CurrentUser.Trusts(listener) || directory?.Uid == listener
            ? null
            : $"{path}: the listener belongs to uid {listener}, neither root nor you nor the owner of the directory; the token was not sent";
    }

    // A proxy that refuses may close before all is sent, and its answer is there to be read all the same.
    private static async Task SendAsync(Socket socket, string line, CancellationToken cancellationToken)
    {
        try
        {
            for (ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(line); rest.Length > 0;)
            {
                rest = rest[await socket.SendAsync(rest, cancellationToken)..];
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset)
        {
            return;
        }
    }

    private async Task<CtlReply> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        var answer = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (answer.Length < MostAnswerBytes)
        {
            var read = await ReadAsync(socket, buffer, cancellationToken);
            answer.Write(buffer, 0, read);
            var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            if (read == 0 || end >= 0)
            {
                break;
            }
        }

        var text = Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
        var line = text.Split('\n', 2)[0];
        return line.Length == 0 ? new CtlReply.Unreachable($"{path}: closed without an answer") : new CtlReply.Line(line);
    }

    private static async Task<int> ReadAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellationToken);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private static string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there",
        SocketError.AccessDenied => "permission denied",
        SocketError.AddressNotAvailable => "no such socket",
        SocketError.WouldBlock => "too many clients wait to connect",
        _ => exception.Message,
    };
}
