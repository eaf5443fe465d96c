using Microsoft.Extensions.Primitives;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>The field names that a message's <c>Connection</c> lists: they are meant for the next hop alone (RFC 9110 §7.6.1).</summary>
internal readonly struct ConnectionField(StringValues values)
{
    public bool Names(string field)
    {
        foreach (var value in values)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                if (value.AsSpan(range).Trim(" \t").Equals(field, StringComparison.OrdinalIgnoreCase))
                {
                    return FieldRules.MayBeNamedByConnection(field);
                }
            }
        }

        return false;
    }
}
