using System.IO.Pipelines;
using System.Net;
using ActorProxy.DataPlane.Listeners;

namespace ActorProxy.DataPlane.Tls;

/// <summary>
/// Looks at the ClientHello before OpenSSL does, without consuming it: refusing a name inside the handshake would end in a bare
/// end of stream, and clients deserve to be told.
/// </summary>
internal static class ClientHelloGate
{
    // Record type 21, the version that all accept at this point, two bytes: fatal, and which alert.
    private static readonly byte[] AlertPrefix = [21, 3, 3, 0, 2, 2];

    /// <summary>Waits for the whole ClientHello and decides.</summary>
    /// <param name="connection">The connection, of which nothing was consumed; nothing is afterwards.</param>
    /// <param name="routing">Which names are known.</param>
    /// <param name="endpoint">Where the client came in.</param>
    /// <returns>Whether the handshake may begin. When not, the client was told, or is gone.</returns>
    /// <exception cref="OperationCanceledException">The handshake's time is over.</exception>
    public static async ValueTask<bool> PassesAsync(AcceptedConnection connection, RoutingTable routing, EndpointRoute endpoint)
    {
        var hello = await ReadAsync(connection.Transport.Input);
        return hello.State switch
        {
            ClientHelloState.Complete when hello.ServerName is { } name =>
                IsCovered(name, routing, endpoint) || await RefuseAsync(connection, TlsAlert.UnrecognizedName),
            ClientHelloState.Complete or ClientHelloState.NotTls => true,
            ClientHelloState.Malformed => await RefuseAsync(connection, TlsAlert.DecodeError),
            _ => false,
        };
    }

    private static async ValueTask<ClientHello> ReadAsync(PipeReader input)
    {
        var reader = new ClientHelloReader();
        while (true)
        {
            var result = await input.ReadAsync();
            var hello = reader.Read(result.Buffer);
            var enough = hello.State != ClientHelloState.Incomplete;

            // Not consumed: OpenSSL reads it again. Examined, unless it is enough: else the next read would wait for more.
            input.AdvanceTo(result.Buffer.Start, enough ? result.Buffer.Start : result.Buffer.End);
            if (result.IsCanceled)
            {
                throw new OperationCanceledException();
            }

            if (enough || result.IsCompleted)
            {
                return hello;
            }
        }
    }

    // A literal address is no name (RFC 6066 §3), though some clients send one: as if they had sent none. A host that is exclusive to
    // another listener is unknown here, whatever the certificate would cover.
    private static bool IsCovered(string name, RoutingTable routing, EndpointRoute endpoint) =>
        IPAddress.TryParse(name, out _)
        || routing.FindSite(name, endpoint.HttpsAddress) is not null
        || (!routing.HasSite(name) && endpoint.Certificate is { } pair && CertificateNames.Cover(pair.Certificate, name));

    private static async ValueTask<bool> RefuseAsync(AcceptedConnection connection, TlsAlert alert)
    {
        var output = connection.Transport.Output;
        await output.WriteAsync((byte[])[.. AlertPrefix, (byte)alert]);
        return false;
    }
}
