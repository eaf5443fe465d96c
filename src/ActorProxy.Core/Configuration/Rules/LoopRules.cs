using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary>A request forwarded to the proxy itself would come back for ever. What names resolve to is looked at before each connect.</summary>
internal sealed class LoopRules
{
    private static readonly IPAddress[] Localhost = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    private readonly FrozenSet<ListenAddress> _own;
    private readonly FrozenSet<IPAddress> _machine;

    private LoopRules(IEnumerable<ListenAddress> own)
    {
        _own = own.ToFrozenSet();
        _machine = _own.Any(address => address.IsWildcard) ? MachineAddresses() : FrozenSet<IPAddress>.Empty;
    }

    /// <summary>Refuses upstreams, literal or <c>localhost</c>, that are one of our own listeners, redirects or health ports.</summary>
    public static void Check(ConfigDraft draft, ListenAddress? health)
    {
        var own = draft.Addresses.Select(located => located.Address);
        var rules = new LoopRules(health is null ? own : own.Append(health.Value));
        foreach (var (upstream, at) in draft.Upstreams)
        {
            if (rules.Find(upstream) is { } address)
            {
                draft.Problems.Add(at, $"`upstream` {upstream} is the proxy itself ({address}): requests would go round in circles");
            }
        }
    }

    private ListenAddress? Find(UpstreamAddress upstream)
    {
        if (IPAddress.TryParse(upstream.Host, out var literal))
        {
            return Find(literal, upstream.Port);
        }

        return upstream.Host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? Localhost.Select(address => Find(address, upstream.Port)).FirstOrDefault(found => found is not null)
            : null;
    }

    private ListenAddress? Find(IPAddress address, int port)
    {
        var target = Target(address);
        var exact = new ListenAddress(target, port);
        if (_own.Contains(exact))
        {
            return exact;
        }

        ListenAddress[] wildcards = [new(IPAddress.Any, port), new(IPAddress.IPv6Any, port)];
        return IPAddress.IsLoopback(target) || _machine.Contains(target)
            ? wildcards.Where(wildcard => _own.Contains(wildcard) && wildcard.Overlaps(exact)).Cast<ListenAddress?>().FirstOrDefault()
            : null;
    }

    // connect(2) to the unspecified address reaches this machine.
    private static IPAddress Target(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.Equals(IPAddress.Any) ? IPAddress.Loopback : plain.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : plain;
    }

    private static FrozenSet<IPAddress> MachineAddresses() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .ToFrozenSet();
}
