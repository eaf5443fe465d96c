using System.Net;
using System.Net.Sockets;

namespace ActorProxy.Core.Configuration.Rules;

/// <summary>What must hold between the addresses of all listeners, the health port and the upstreams.</summary>
internal static class AddressRules
{
    /// <summary>No two sockets may want the same address and port; a wildcard of either family wants every address.</summary>
    public static void CheckOverlaps(ConfigDraft draft)
    {
        var first = new Dictionary<ListenAddress, LocatedAddress>();
        var wildcards = draft.Addresses.Where(located => located.Address.IsWildcard).ToLookup(located => located.Address.Port);
        foreach (var located in draft.Addresses)
        {
            var clash = first.GetValueOrDefault(located.Address)
                ?? wildcards[located.Address.Port].FirstOrDefault(wildcard => Clashes(located, wildcard, first));
            first.TryAdd(located.Address, located);
            if (clash is not null)
            {
                draft.Problems.Add(
                    located.At, $"{located.Address} is taken by {clash.Address} (line {clash.At.Line}): address and port must be unique");
            }
        }
    }

    /// <summary>The health endpoints have 127.0.0.1 and their port to themselves.</summary>
    public static void CheckHealthPort(ConfigDraft draft, ListenAddress health, string why)
    {
        foreach (var located in draft.Addresses.Where(located => located.Address.Overlaps(health)))
        {
            draft.Problems.Add(located.At, $"{located.Address} collides with {health}: {why}");
        }
    }

    /// <summary>One table of hosts serves all listeners: what stands under a private address is reached through the public one, too.</summary>
    public static void WarnOfShared(ConfigDraft draft, IEnumerable<Listener> listeners)
    {
        if (listeners.All(listener => IsPrivate(listener.BindAddr)))
        {
            return;
        }

        foreach (var (listener, at) in draft.ListenersWithSites.Where(located => !located.Listener.Exclusive && IsPrivate(located.Listener.BindAddr)))
        {
            draft.Warnings.Add(
                at, $"the sites of this private address {listener.BindAddr} are reached through the public listeners too: set `exclusive = true` to keep them here");
        }
    }

    // Of two wildcards the later one is the problem; of a wildcard and a specific address always the specific one.
    private static bool Clashes(LocatedAddress located, LocatedAddress wildcard, Dictionary<ListenAddress, LocatedAddress> first) =>
        wildcard.Address != located.Address && (!located.Address.IsWildcard || first.ContainsKey(wildcard.Address));

    // RFC 1918, RFC 6598, RFC 3927, RFC 4193 and loopback.
    private static bool IsPrivate(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal)
        {
            return true;
        }

        return address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is
            [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [100, >= 64 and <= 127, ..] or [169, 254, ..];
    }
}
