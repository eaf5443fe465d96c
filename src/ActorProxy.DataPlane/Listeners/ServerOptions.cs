using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.Listeners.Http2;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>
/// Every setting of Kestrel. Its limits are the second net, looser than the proxy's own, which answer with the right bodies and
/// log lines.
/// </summary>
public static class ServerOptions
{
    // Above the idle clock: Kestrel's own clocks fire up to two seconds late, and must not fire first.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>Sets the switches that Kestrel and its sockets read once. Before the first of them.</summary>
    public static void ApplyToProcess()
    {
        ApplyToKestrel();

        // What a socket waited for goes on on the thread that polled it: no hop, and no wake-up of a thread, for each of the four
        // times that a request crosses a socket. Nothing that runs there may block.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
    }

    /// <summary>Those of them that are Kestrel's.</summary>
    internal static void ApplyToKestrel()
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

        // Answers that wait to be written, over HTTP/2. Above it the connection is cut without a farewell: the guard must be first.
        AppContext.SetData("Microsoft.AspNetCore.Server.Kestrel.Http2.MaxConnectionFlowControlQueueSize", 4096);
    }

    internal static KestrelServerOptions Create(ProxyConfig config)
    {
        var options = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,

            // A client may write `http` or `https` in :scheme; what else is there is refused by the requests' own check.
            AllowAlternateSchemes = true,

            // Bytes from 0x80 up pass unchanged.
            ResponseHeaderEncodingSelector = static _ => Encoding.Latin1,
        };
        SetLimits(options.Limits);
        Http1Limits.Loosen(options);
        Apply(options, config);
        return options;
    }

    /// <summary>Takes what a reload may change; Kestrel reads it at each use.</summary>
    internal static void Apply(KestrelServerOptions options, ProxyConfig config) =>
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(config.ConnectionIdleTimeoutSecs) + Slack;

    internal static SocketConnectionFactoryOptions Transport() => new()
    {
        // Bounds what a client can make the proxy hold: behind a request for an upgrade, nothing else does.
        MaxReadBufferSize = 64 * 1024,
        MaxWriteBufferSize = 64 * 1024,

        // Goes with the sockets' own inline completions; either alone saves little.
        UnsafePreferInlineScheduling = true,
    };

    private static void SetLimits(KestrelServerLimits limits)
    {
        // The idle clock is the proxy's own: this one is held off by PINGs. Not infinite, which overflows and ends at once.
        limits.KeepAliveTimeout = TimeSpan.FromDays(30);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

        // A slow reader of a stream is a legitimate client.
        limits.MinResponseDataRate = null;
        limits.Http2.MaxStreamsPerConnection = Http2Guard.KestrelStreams;
        limits.Http2.MaxRequestHeaderFieldSize = 64 * 1024;
        limits.Http2.InitialConnectionWindowSize = 768 * 1024;
        limits.Http2.InitialStreamWindowSize = 512 * 1024;
        limits.Http2.KeepAlivePingDelay = Timeout.InfiniteTimeSpan;
    }
}
