using System.Net;
using System.Net.Sockets;

namespace ActorProxy.Core.Configuration;

/// <summary>An address and port that a listening socket is bound to; the identity of a listener over all reloads.</summary>
/// <param name="Address">The bound address; may be a wildcard.</param>
/// <param name="Port">1–65535; 0 only in tests, where the kernel chooses.</param>
public readonly record struct ListenAddress(IPAddress Address, int Port)
{
    /// <summary>Whether it stands for every address of the machine.</summary>
    public bool IsWildcard => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    /// <summary>Whether a connection could be meant for both: the same port, and equal addresses or a wildcard that covers the other.</summary>
    /// <param name="other">The other address.</param>
    public bool Overlaps(ListenAddress other) =>
        Port == other.Port && (Address.Equals(other.Address) || Covers(Address, other.Address) || Covers(other.Address, Address));

    /// <summary><c>203.0.113.10:443</c> or <c>[2001:db8::1]:443</c>.</summary>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();

    // `::` is dual-stack here, so it also covers every IPv4 address.
    private static bool Covers(IPAddress wildcard, IPAddress address) =>
        wildcard.Equals(IPAddress.IPv6Any)
        || (wildcard.Equals(IPAddress.Any) && address.AddressFamily == AddressFamily.InterNetwork);
}
