using System.Net;
using ActorProxy.DataPlane.Forwarding.Http1;

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
        exchange.FramesResponse = !upgraded && ResponseFraming.IsOurs(exchange.Context.Request, response);
        if (response.Content is AnswerContent answer)
        {
            answer.Attach(Frame(new DownloadStream(answer.Attached, exchange, upgraded), exchange, response));
        }
        else
        {
            response.Content = new DownloadContent(response.Content, exchange, upgraded, body => Frame(body, exchange, response));
        }

        return response;
    }

    private static Stream Frame(Stream body, Exchange exchange, HttpResponseMessage response) =>
        exchange.FramesResponse ? new ChunkedDownload(body, response) : body;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _upstream.Dispose();
        }

        base.Dispose(disposing);
    }
}
