using System.Text;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using BenchmarkDotNet.Attributes;

namespace ActorProxy.Benchmarks;

/// <summary>What a reload and an admin's command cost.</summary>
[MemoryDiagnoser]
public class ControlBenchmarks
{
    private static readonly byte[] Line = "0123456789abcdef:status"u8.ToArray();

    private readonly AdminCommandParser _parser = new(new AdminToken("0123456789abcdef"u8), debugCommands: false);
    private byte[] _config = [];

    [Params(1, 1_000, 10_000)]
    public int Sites { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var text = new StringBuilder("""
            rate_limit = { requests_per_second = 10, burst = 20 }
            body.limit_bytes = 1000
            [[listeners]]
            bind_addr = "192.0.2.1"
            tls = { mode = "manual", cert_path = "/cert", key_path = "/key" }

            """);
        for (var site = 0; site < Sites; site++)
        {
            text.Append("[[listeners.sites]]\nhost = \"site").Append(site).Append(".example\"\nupstream = \"127.0.0.1:3000\"\n");
        }

        _config = Encoding.UTF8.GetBytes(text.ToString());
    }

    [Benchmark]
    public object? ReadConfig() => new TomlReader(false, ulong.MaxValue).Read(_config, running: null).Config;

    [Benchmark]
    public object CompareTokenAndParse() => _parser.Parse(Line, AdminRole.Admin);
}
