using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Configuration;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Answers whether a connection to an address would end at this proxy itself.</summary>
internal sealed class OwnAddresses(LiveRouting live)
{
    // The port of the health endpoints changes with a restart only: what counts is what this process began with.
    private readonly ListenAddress _health = new(IPAddress.Loopback, live.Current.Config.HealthCheckPort);

    public bool Contains(IPAddress address, int port)
    {
        var target = new ListenAddress(Effective(address), port);
        if (Serves(_health, target))
        {
            return true;
        }

        foreach (var listener in live.Current.Config.Listeners)
        {
            if (Serves(listener.HttpsAddress, target) || (listener.HttpAddress is { } redirect && Serves(redirect, target)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Serves(ListenAddress own, ListenAddress target) =>
        own.Port == target.Port && own.Overlaps(target) && (!own.IsWildcard || IsLocal(target.Address));

    // connect(2) to a wildcard address goes to loopback, and an IPv4-mapped address goes out as IPv4.
    private static IPAddress Effective(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.Equals(IPAddress.Any) ? IPAddress.Loopback : plain.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : plain;
    }

    // Only an address of this machine can be bound: one system call instead of a walk over all interfaces.
    private static bool IsLocal(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return true;
        }

        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
