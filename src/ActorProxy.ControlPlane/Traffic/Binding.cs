using System.Collections.Immutable;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.ControlPlane.Traffic;

/// <summary>Binds several addresses; how it went.</summary>
/// <param name="Bound">Those that listen now, behind closed gates unless they were open before.</param>
/// <param name="Refusals">Address → why not.</param>
internal sealed record Binding(ImmutableArray<ListenAddress> Bound, ImmutableDictionary<ListenAddress, string> Refusals)
{
    /// <summary>What the operator is told.</summary>
    public string Reason => string.Join(" ", Refusals.OrderBy(refusal => refusal.Key.ToString()).Select(refusal => refusal.Value));

    /// <summary>Tries all, also after a refusal: the operator hears of every taken port at once.</summary>
    public static async Task<Binding> OfAsync(
        IListeners listeners, ImmutableArray<ListenAddress> addresses, ImmutableArray<ListenAddress> replaced)
    {
        var bound = ImmutableArray.CreateBuilder<ListenAddress>();
        var refusals = ImmutableDictionary.CreateBuilder<ListenAddress, string>();
        foreach (var address in addresses)
        {
            if (await listeners.BindAsync(address, replaced) is BindResult.Refused refused)
            {
                refusals[address] = refused.Reason;
            }
            else
            {
                bound.Add(address);
            }
        }

        return new Binding(bound.ToImmutable(), refusals.ToImmutable());
    }
}
