using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Linux;
using ActorProxy.DataPlane.Tls;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// Opens connections to upstreams: name, loop check, TCP and TLS under the one clock of the site's connect timeout. Names are
/// resolved anew each time, so an upstream that moves is found without a reload.
/// </summary>
internal sealed class UpstreamConnector(OwnAddresses own, TimeProvider time)
{
    private static readonly List<SslApplicationProtocol> Http11Only = [SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> Http2Only = [SslApplicationProtocol.Http2];

    /// <summary>Whom TLS trusts; <c>null</c> for the system's store.</summary>
    public X509ChainPolicy? Trust { get; init; }

    /// <summary>Connects as the site says. The stream is an <see cref="SslStream"/> when its scheme is https.</summary>
    /// <exception cref="UpstreamConnectException">It did not come about, for a reason that lies at the upstream or in the clock.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    /// <param name="site">Whose upstream, and how long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="ended">Called once when the connection that came about ends; not when none did.</param>
    public async ValueTask<Stream> ConnectAsync(SiteRoute site, CancellationToken cancellationToken, Action? ended = null)
    {
        using var timeout = new CancellationTokenSource(site.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var socket = await ConnectTcpAsync(site, either.Token);
            var transport = new UpstreamTransport(socket);
            Stream stream = site.Site.UpstreamScheme == UpstreamScheme.Https ? await ConnectTlsAsync(site, transport, either.Token) : transport;
            transport.Ended = ended;
            return stream;
        }
        catch (OperationCanceledException canceled) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamConnectException(UpstreamConnectFailure.Timeout, site.UpstreamText, canceled);
        }
    }

    private async Task<Socket> ConnectTcpAsync(SiteRoute site, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var addresses = await ResolveAsync(site, cancellationToken);
        for (var index = 0; ; index++)
        {
            // A silent address must leave time for those after it; the last one has what the whole clock leaves.
            var left = site.ConnectTimeout - time.GetElapsedTime(began);
            var isLast = index == addresses.Length - 1;
            var share = isLast ? Timeout.InfiniteTimeSpan : left > TimeSpan.Zero ? left / (addresses.Length - index) : TimeSpan.Zero;
            try
            {
                return await ConnectToAsync(site, addresses[index], share, cancellationToken);
            }
            catch (SocketException failure) when (isLast)
            {
                throw new UpstreamConnectException(Classify(failure.SocketErrorCode), site.UpstreamText, failure);
            }
            catch (SocketException)
            {
                // The next address may answer; if none does, the last one's failure tells.
            }
        }
    }

    private static async Task<IPAddress[]> ResolveAsync(SiteRoute site, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(site.Site.Upstream.Host, out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(site.Site.Upstream.Host, cancellationToken);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            throw new UpstreamConnectException(UpstreamConnectFailure.Dns, site.UpstreamText, failure);
        }
    }

    private async Task<Socket> ConnectToAsync(SiteRoute site, IPAddress address, TimeSpan limit, CancellationToken cancellationToken)
    {
        var port = site.Site.Upstream.Port;
        if (own.Contains(address, port))
        {
            throw new UpstreamConnectException(UpstreamConnectFailure.Loop, site.UpstreamText);
        }

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (DescriptorReserve.Holds(socket.SafeHandle, DescriptorReserve.FromRequests))
            {
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            }

            using var share = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> ConnectTlsAsync(SiteRoute site, Stream inner, CancellationToken cancellationToken)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        var wanted = site.Site.UpstreamHttpVersion == UpstreamHttpVersion.Http2 ? Http2Only : Http11Only;
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = site.Site.Upstream.Host,
                ApplicationProtocols = wanted,
                CertificateChainPolicy = Trust?.Clone() ?? SystemTrust(),
                CipherSuitesPolicy = TlsPolicy.UpstreamCipherSuites,
            };
            await tls.AuthenticateAsClientAsync(options, cancellationToken);

            // An HTTP/1.1 server need not know ALPN; without the answer `h2` HTTP/2 can't begin (RFC 9113 §3.3).
            if (site.Site.UpstreamHttpVersion == UpstreamHttpVersion.Http2 && tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
            {
                throw new AuthenticationException("the upstream did not choose h2");
            }

            return tls;
        }
        catch (Exception failure)
        {
            await tls.DisposeAsync();
            if (failure is OperationCanceledException)
            {
                throw;
            }

            throw new UpstreamConnectException(UpstreamConnectFailure.Tls, site.UpstreamText, failure);
        }
    }

    // A certificate must not make the proxy fetch what its issuer's address names: an upstream could choose whom it asks, and
    // how long the asking thread waits.
    private static X509ChainPolicy SystemTrust() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    private static UpstreamConnectFailure Classify(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => UpstreamConnectFailure.Refused,
        SocketError.TimedOut => UpstreamConnectFailure.Timeout,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            => UpstreamConnectFailure.Unreachable,
        _ => UpstreamConnectFailure.Failed,
    };
}
