using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ActorProxy.Hosting;

/// <summary>
/// Tells the service manager what happens (<c>sd_notify(3)</c>). Silent when nobody asked. Our own few lines, since the hosting
/// package knows neither RELOADING nor WATCHDOG and is silent unless the parent process is systemd.
/// </summary>
internal sealed class SystemdNotifier
{
    private readonly UnixDomainSocketEndPoint? _socket;

    public SystemdNotifier(string? notifySocket) =>
        _socket = notifySocket is ['/' or '@', _, ..]
            ? new UnixDomainSocketEndPoint(notifySocket[0] == '@' ? "\0" + notifySocket[1..] : notifySocket)
            : null;

    public void Ready() => Send("READY=1");

    /// <summary>A reload begins; <see cref="Ready"/> ends it. systemd drops the message without the time of the monotonic clock.</summary>
    public void Reloading() =>
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"));

    public void Stopping() => Send("STOPPING=1");

    public void Watchdog() => Send("WATCHDOG=1");

    private void Send(string state)
    {
        if (_socket is null)
        {
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(state), _socket);
        }
        catch (SocketException)
        {
            // A manager that went away or does not read is no reason to disturb traffic; it will notice on its own.
        }
    }
}
