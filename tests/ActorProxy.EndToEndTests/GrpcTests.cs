using System.Diagnostics;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>Waits for most of its time, and so beside the other clients.</summary>
public sealed class GrpcTests
{
    private static readonly string Clients = Path.Combine(Repository.Root, "tests", "ActorProxy.EndToEndTests", "clients");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_grpc_stream_flows_both_ways_may_be_silent_and_ends_with_its_trailers()
    {
        Requires.Program("node");
        Requires.Folder(Path.Combine(Clients, "node_modules"), "npm ci");
        using var server = Process.Start(new ProcessStartInfo("node", [Path.Combine(Clients, "grpc.mjs"), "serve"]) { RedirectStandardOutput = true })!;
        try
        {
            var port = await server.StandardOutput.ReadLineAsync(Ct);
            await using var proxy = await RunningProxy.StartAsync([new SiteText(RunningProxy.Host, $"127.0.0.1:{port}", "upstream_http_version = \"2\"")], Ct);

            var result = await ToolProcess.RunAsync(
                "node", [Path.Combine(Clients, "grpc.mjs"), "call", $"{proxy.HttpsPort}", RunningProxy.Host, proxy.CertPath, "15000"], Ct);

            Assert.Equal("received 11 status 0 trailer told", result.Output.Trim());
        }
        finally
        {
            server.Kill();
        }
    }
}
