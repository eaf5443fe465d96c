using Microsoft.AspNetCore.Http;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>
/// What others may ask of the guard of an HTTP/1 connection. A connection feature, found with
/// <c>Features.Get&lt;Http1GuardState&gt;()</c>; absent on HTTP/2 connections.
/// </summary>
internal sealed class Http1GuardState(GuardedPipeReader reader)
{
    /// <summary>Some bytes of a request head have come, but not its end. Any thread may ask.</summary>
    public bool HeadIncomplete => reader.HeadIncomplete;

    /// <summary>Bytes pass unchecked: the request in flight has become a tunnel. Any thread may ask.</summary>
    public bool IsTunnel => reader.PassesThrough;

    /// <summary>
    /// What the request in flight says in its <c>Connection</c> fields beside a lone <c>close</c>, <c>keep-alive</c> or <c>upgrade</c>.
    /// Kestrel puts one of these in the place of all when it finds just one, and the names of other fields are lost.
    /// <c>null</c> when there is no more than that.
    /// </summary>
    public string? ConnectionOptions => reader.ConnectionOptions;

    /// <summary>
    /// The idle clock ran out: a head that is still incomplete is answered with 408, and the connection ends; without any byte of
    /// one it ends silently. Nothing happens when no head is waited for (it may have become complete meanwhile). Any thread may call.
    /// </summary>
    /// <returns>Completes when the connection's reader has been told; the answer may still be on its way.</returns>
    public ValueTask AnswerTimeoutAsync()
    {
        reader.Expire();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Makes the response say that the connection ends with it, when the request asks for an upgrade and gets none: what has come
    /// behind the request is read by nobody. To be called before the response starts.
    /// </summary>
    public void Announce(HttpResponse response)
    {
        if (reader.IsUndecided)
        {
            response.OnStarting(static state => CloseUnlessUpgraded((HttpResponse)state), response);
        }
    }

    /// <summary>
    /// Makes the response say that the connection ends with it, when it comes before the end of an upload that nobody goes on to read.
    /// To be called before the response starts.
    /// </summary>
    public void AnnounceUnreadUpload(HttpResponse response)
    {
        if (reader.IsBodyIncomplete)
        {
            response.OnStarting(static state => CloseUnlessUpgraded((HttpResponse)state), response);
        }
    }

    /// <summary>
    /// The upstream answered an upgrade with 101: from now on bytes pass unchecked, those that were held first. To be called by the
    /// request, before the first read from the upgraded stream.
    /// </summary>
    public void SwitchToPassthrough() => reader.SwitchToPassthrough();

    private static Task CloseUnlessUpgraded(HttpResponse response)
    {
        if (response.StatusCode != StatusCodes.Status101SwitchingProtocols)
        {
            response.Headers.Connection = "close";
        }

        return Task.CompletedTask;
    }
}
