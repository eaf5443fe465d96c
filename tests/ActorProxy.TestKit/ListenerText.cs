using System.Text;

namespace ActorProxy.TestKit;

/// <summary>One <c>[[listeners]]</c> table for a test.</summary>
public sealed record ListenerText(int HttpsPort, string CertPath, string KeyPath, params SiteText[] Sites)
{
    public string BindAddr { get; init; } = "127.0.0.1";

    /// <summary>0 disables the redirect.</summary>
    public int HttpPort { get; init; }

    /// <summary>More lines of the table.</summary>
    public string More { get; init; } = "";

    internal void AppendTo(StringBuilder text)
    {
        text.AppendLine("[[listeners]]")
            .AppendLine($"bind_addr = \"{BindAddr}\"")
            .AppendLine($"https_port = {HttpsPort}")
            .AppendLine($"http_port = {HttpPort}")
            .AppendLine(More)
            .AppendLine("[listeners.tls]").AppendLine("mode = \"manual\"")
            .AppendLine($"cert_path = \"{CertPath}\"")
            .AppendLine($"key_path = \"{KeyPath}\"");
        foreach (var site in Sites)
        {
            text.AppendLine("[[listeners.sites]]")
                .AppendLine($"host = \"{site.Host}\"")
                .AppendLine($"upstream = \"{site.Upstream}\"")
                .AppendLine(site.More);
        }
    }
}
