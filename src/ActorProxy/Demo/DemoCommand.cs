using System.Net;
using System.Net.Sockets;
using ActorProxy.CommandLine;
using ActorProxy.Hosting;

namespace ActorProxy.Demo;

/// <summary><c>demo</c>: the real proxy with an embedded upstream, in a folder of its own.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(Command.Demo ports, TimeProvider time)
    {
        if (FindBusy(ports) is { } busy)
        {
            await Console.Error.WriteLineAsync($"actor-proxy: {busy}");
            return ExitCodes.Failure;
        }

        await using var upstream = await EchoUpstream.StartAsync(time, CancellationToken.None);
        using var folder = DemoFolder.Create();
        folder.Write(ports, upstream.Port, time);
        return await ProxyHost.RunAsync(
            new HostOptions(folder.ConfigPath, AllowWildcardBind: false, () => Console.Out.WriteLine(Hints(ports, folder))), time);
    }

    private static string Hints(Command.Demo ports, DemoFolder folder) => $"""

        ActorProxy's demo is up. Try, in another terminal:

          curl -k https://localhost:{ports.HttpsPort}/hello
          curl -kN https://localhost:{ports.HttpsPort}/stream
          curl -i http://localhost:{ports.HttpPort}/
          curl http://127.0.0.1:{ports.HealthPort}/health/ready
          actor-proxy ctl --socket {folder.SocketPath} status

        Edit its configuration, then reload it:

          {folder.ConfigPath}
          kill -HUP {Environment.ProcessId}

        Ctrl+C stops it.

        """;

    private static string? FindBusy(Command.Demo ports)
    {
        (string Option, int Port)[] wanted =
            [("--https-port", ports.HttpsPort), ("--http-port", ports.HttpPort), ("--health-port", ports.HealthPort)];
        foreach (var (option, port) in wanted)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException refused)
            {
                return $"127.0.0.1:{port} can't be used ({refused.Message}); choose another port with {option} N";
            }
        }

        return null;
    }
}
