namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// The HTTP/1.1 client under the forwarder, made for a proxy: an answer is passed on while the request is still being sent,
/// nothing of an upload is held back, and an answer has one reading or none.
/// </summary>
internal sealed class Http1UpstreamHandler(UpstreamPools pools, TimeProvider time) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var route = UpstreamRequest.SiteOf(request);
        var fresh = false;
        byte[]? body = null;
        if (pools.For(route).TryRent() is { } pooled)
        {
            UpstreamRequest.Sending(request);
            try
            {
                return await pooled.Exchange.SendAsync(request, body, time, cancellationToken);
            }
            catch (UpstreamException exception) when (exception.MayRetry)
            {
                // Closed while idle, noticed too late. Once more, on a connection that can't be stale.
                fresh = true;
                body = exception.SentBody;
            }
        }

        var connection = await pools.ConnectAsync(route, fresh, cancellationToken);
        UpstreamRequest.Sending(request);
        return await connection.Exchange.SendAsync(request, body, time, cancellationToken);
    }
}
