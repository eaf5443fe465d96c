namespace ActorProxy.DataPlane.Tls;

/// <summary>The first message of a client, as far as it was read.</summary>
/// <param name="State">Whether it is whole.</param>
/// <param name="ServerName">The name asked for, in lower case without a trailing dot; <c>null</c> when none was, or not whole.</param>
internal readonly record struct ClientHello(ClientHelloState State, string? ServerName = null)
{
    public static readonly ClientHello Incomplete = new(ClientHelloState.Incomplete);

    public static readonly ClientHello NotTls = new(ClientHelloState.NotTls);

    public static readonly ClientHello Malformed = new(ClientHelloState.Malformed);
}
