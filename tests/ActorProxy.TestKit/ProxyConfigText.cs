using System.Text;

namespace ActorProxy.TestKit;

/// <summary>A configuration file for one test: what a test does not say has a value that suits loopback.</summary>
public sealed record ProxyConfigText
{
    /// <summary>Lines before the first table.</summary>
    public string Top { get; init; } = "";

    /// <summary>0 disables the health endpoints.</summary>
    public int HealthPort { get; init; }

    /// <summary>Empty disables the admin socket.</summary>
    public string AdminSocket { get; init; } = "";

    /// <summary>Lines of the <c>[admin]</c> table.</summary>
    public string Admin { get; init; } = "";

    public string Logging { get; init; } = "level = \"info\"";

    public int RequestsPerSecond { get; init; } = 1_000_000;

    public int Burst { get; init; } = 1_000_000;

    public long BodyLimit { get; init; } = 4L << 30;

    public IReadOnlyList<ListenerText> Listeners { get; init; } = [];

    public override string ToString()
    {
        var text = new StringBuilder()
            .AppendLine($"health_check_port = {HealthPort}")
            .AppendLine($"admin_socket_path = \"{AdminSocket}\"")
            .AppendLine(Top)
            .AppendLine("[logging]").AppendLine(Logging)
            .AppendLine("[rate_limit]").AppendLine($"requests_per_second = {RequestsPerSecond}").AppendLine($"burst = {Burst}")
            .AppendLine("[body]").AppendLine($"limit_bytes = {BodyLimit}");
        if (Admin.Length > 0)
        {
            text.AppendLine("[admin]").AppendLine(Admin);
        }

        foreach (var listener in Listeners)
        {
            listener.AppendTo(text);
        }

        return text.ToString();
    }
}
