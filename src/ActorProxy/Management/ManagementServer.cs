using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorProxy.Management;

/// <summary>
/// The server of health, metrics and the HTTP admin API, on a loopback port or a Unix socket. HTTP/1.1 only; its connections are
/// few and short, so that it can be held up by nobody.
/// </summary>
internal sealed class ManagementServer : IAsyncDisposable
{
    // Nothing here takes a body worth mentioning.
    private const int LongestBody = 16 * 1024;

    private readonly KestrelServer _server;
    private readonly ManagementListener _listener;
    private readonly ManagementApplication _application;

    /// <param name="listening">Bound and listening; closed when the server stops. Its file, if any, is its maker's.</param>
    /// <param name="endpoints">What it answers.</param>
    /// <param name="time">Measures connections.</param>
    /// <param name="loggers">For Kestrel's warnings.</param>
    public ManagementServer(Socket listening, RequestDelegate endpoints, TimeProvider time, ILoggerFactory loggers)
    {
        _listener = new ManagementListener(listening, time, loggers.CreateLogger("ActorProxy.Management"));
        _application = new ManagementApplication(endpoints);
        _server = new KestrelServer(Options.Create(Limits(_listener.EndPoint)), _listener, loggers);
    }

    /// <summary>Where it listens.</summary>
    public EndPoint EndPoint => _listener.EndPoint;

    /// <summary>Begins to serve.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    /// <summary>Closes the socket and ends every connection: what is asked here is answered at once or not worth waiting for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }

    private static KestrelServerOptions Limits(EndPoint endPoint)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);

        // The connection's own clock is exact; Kestrel's fires up to two seconds late, and an infinite one overflows.
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
        options.Limits.RequestHeadersTimeout = TimeSpan.FromDays(1);
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestBodySize = LongestBody;

        // No buffer: an answer has ended when the kernel has it.
        options.Limits.MaxResponseBufferSize = 0;
        return options;
    }
}
