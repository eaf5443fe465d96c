namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>
/// What others may ask of the guard of an HTTP/1 connection. A connection feature, found with
/// <c>Features.Get&lt;Http1GuardState&gt;()</c>; absent on HTTP/2 connections. Any thread may call.
/// </summary>
internal abstract class Http1GuardState
{
    /// <summary>Some bytes of a request head have come, but not its end.</summary>
    public abstract bool HeadIncomplete { get; }

    /// <summary>
    /// The idle clock ran out: a head that is still incomplete is answered with 408, and the connection ends; without any byte of
    /// one it ends silently. Nothing happens when a request is in flight (its head may have become complete meanwhile).
    /// </summary>
    /// <returns>Completes when the connection's reader has been told; the answer may still be on its way.</returns>
    public abstract ValueTask AnswerTimeoutAsync();

    /// <summary>
    /// The upstream answered an upgrade with 101: from now on bytes pass unchecked, those that were held first. To be called before
    /// the first read from the upgraded stream.
    /// </summary>
    public abstract void SwitchToPassthrough();
}
