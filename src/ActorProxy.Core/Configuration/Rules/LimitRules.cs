namespace ActorProxy.Core.Configuration.Rules;

/// <summary><c>[rate_limit]</c>, <c>[body]</c> and the bounds at the top level.</summary>
internal static class LimitRules
{
    /// <summary>The longest time that every timer takes: <see cref="int.MaxValue"/> milliseconds, over 24 days.</summary>
    public const int MostSeconds = int.MaxValue / 1000;

    // Two descriptors a proxied connection, and what the process holds beside them.
    private const int DescriptorsPerConnection = 2;
    private const int SpareDescriptors = 256;

    public static RateLimit ReadRateLimit(Fields root, ConfigDraft draft)
    {
        root.RequireTable(ConfigKeys.RateLimit);
        if (root.Table(ConfigKeys.RateLimit) is not { } table)
        {
            return new RateLimit(1, 1);
        }

        var fields = new Fields(table, ConfigKeys.RateLimit, draft.Problems);
        fields.Require("requests_per_second");
        fields.Require("burst");
        return new RateLimit(fields.Integer("requests_per_second", 1, 1, int.MaxValue), fields.Integer("burst", 1, 1, int.MaxValue));
    }

    public static Body ReadBody(Fields root, ConfigDraft draft)
    {
        root.RequireTable(ConfigKeys.Body);
        if (root.Table(ConfigKeys.Body) is not { } table)
        {
            return new Body(1);
        }

        var fields = new Fields(table, ConfigKeys.Body, draft.Problems);
        fields.Require("limit_bytes");
        return new Body(fields.Long("limit_bytes", 1, 1, long.MaxValue));
    }

    /// <summary>Half of the whole, so that one client can't hold everything.</summary>
    public static int DefaultPerClient(int maxConnections) => Math.Max(1, maxConnections / 2);

    /// <summary>Whether the descriptors that <c>max_connections</c> may need fit under the hard limit.</summary>
    public static void CheckDescriptors(Fields root, int maxConnections, ulong hardLimit)
    {
        var needed = ((ulong)maxConnections * DescriptorsPerConnection) + SpareDescriptors;
        if (needed <= hardLimit)
        {
            return;
        }

        var advice = hardLimit >= SpareDescriptors + DescriptorsPerConnection
            ? $"lower `max_connections` to {(hardLimit - SpareDescriptors) / DescriptorsPerConnection} or raise"
            : "raise";
        root.Problem(
            "max_connections",
            $"`max_connections` = {maxConnections} may need {needed} file descriptors (twice that and {SpareDescriptors}), but the hard limit is {hardLimit}: "
            + $"{advice} the limit to {needed} (`LimitNOFILE=`, `ulimit -Hn`)");
    }
}
