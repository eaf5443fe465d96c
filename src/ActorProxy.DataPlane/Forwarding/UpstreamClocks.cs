using System.Net;
using ActorProxy.DataPlane.Forwarding.Http1;
using Microsoft.AspNetCore.Http;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Stands between the forwarder and whatever speaks to the upstream, and puts both bodies under the exchange's clocks.</summary>
internal sealed class UpstreamClocks(HttpMessageHandler upstream, TimeProvider time) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _upstream = new(upstream, disposeHandler: true);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = UpstreamRequest.ExchangeOf(request);
        if (request.Content is { } body)
        {
            request.Content = new UploadContent(body, exchange, time);
        }
        else if (exchange.ContentFields is not null)
        {
            request.Content = new BodilessContent(exchange);
        }

        var response = await _upstream.SendAsync(request, cancellationToken);
        var upgraded = response.StatusCode == HttpStatusCode.SwitchingProtocols
            || (request.Method == HttpMethod.Connect && response.IsSuccessStatusCode);
        exchange.ResponseBegan(upgraded);
        if (!upgraded && response.IsSuccessStatusCode && HttpMethods.IsConnect(exchange.Context.Request.Method))
        {
            // To the client it would say that the tunnel stands (RFC 8441 §5).
            response.Dispose();
            throw new UpstreamProtocolException("success instead of an upgrade");
        }

        exchange.FramesResponse = !upgraded && ResponseFraming.IsOurs(exchange.Context.Request, response);
        if (response.Content is AnswerContent answer)
        {
            answer.Attach(Frame(new DownloadStream(answer.Attached, exchange, upgraded), exchange, response));
        }
        else
        {
            var length = upgraded ? null : MeasuredDownload.LengthOf(request, response);
            response.Content = new DownloadContent(response.Content, exchange, upgraded, body => Frame(Measure(body, length), exchange, response));
        }

        return response;
    }

    private static Stream Measure(Stream body, long? length) => length is { } announced ? new MeasuredDownload(body, announced) : body;

    private static Stream Frame(Stream body, Exchange exchange, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.ResetContent)
        {
            // Whatever it brings is not for the client (RFC 9110 §15.3.6), and its connection is not used again.
            body.Dispose();
            return Stream.Null;
        }

        return exchange.FramesResponse ? new ChunkedDownload(body, response) : body;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _upstream.Dispose();
        }

        base.Dispose(disposing);
    }
}
