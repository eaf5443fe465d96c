using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// One request on its way to an upstream, and the answer: what forwarder, transformer and handlers tell each other about it.
/// Carried in the message's options.
/// </summary>
internal sealed class Exchange(HttpContext context, RequestScope request, SiteRoute site, ExchangeClocks clocks) : IDisposable
{
    private List<KeyValuePair<string, StringValues>>? _contentFields;

    public HttpContext Context { get; } = context;

    public RequestScope Request { get; } = request;

    public SiteRoute Site { get; } = site;

    public ExchangeClock Clock { get; } = clocks.Begin(site, limitsDrip: !HttpProtocol.IsHttp2(context.Request.Protocol));

    /// <summary>What the request wants to become; <see cref="UpgradeWish.None"/> for an ordinary one.</summary>
    public UpgradeWish Upgrade { get; init; }

    /// <summary>Whether the target goes beside the address, so that no address has to be made for each request.</summary>
    public bool TakesRawTarget { get; init; }

    /// <summary>Whether an answer of the upstream has come.</summary>
    public bool HasResponse { get; set; }

    /// <summary>Whether that answer makes the connection, or the stream, a tunnel.</summary>
    public bool IsTunnel { get; private set; }

    /// <summary>Whether that answer has passed to its end: whatever fails now is the upload's affair.</summary>
    public bool IsResponseWhole { get; set; }

    /// <summary>Whether the response goes out in chunks that we write, so that trailers can follow.</summary>
    public bool FramesResponse { get; set; }

    /// <summary>Whether the client's body turned out to be larger than the limit.</summary>
    public bool IsBodyTooLarge { get; private set; }

    /// <summary>Whether the client's body was asked for.</summary>
    public bool HasUploadBegun { get; set; }

    /// <summary>Whether the client's trailers turned out to be malformed, behind a head that was forwarded.</summary>
    public bool IsMalformed { get; private set; }

    public long BodyLimit => Request.Table.Config.Body.LimitBytes;

    /// <summary>Fields that belong to content, of a request that has none; <c>null</c> for no such field.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>>? ContentFields => _contentFields;

    /// <summary>The client's trailers that may pass, once its body has been read to the end.</summary>
    public IEnumerable<KeyValuePair<string, StringValues>> RequestTrailers =>
        ReceivedTrailers is { Count: > 0 } trailers ? trailers.Where(trailer => TrailerRules.MayPass(trailer.Key)) : [];

    private IHeaderDictionary? ReceivedTrailers =>
        Context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } feature ? feature.Trailers : null;

    /// <summary>The head of the upstream's answer came.</summary>
    public void ResponseBegan(bool isTunnel)
    {
        IsTunnel = isTunnel;
        Clock.ResponseBegan(isTunnel);
    }

    public void AddContentField(string name, StringValues values) => (_contentFields ??= []).Add(new(name, values));

    /// <summary>Breaks the upload off.</summary>
    public BodyTooLargeException RefuseBody()
    {
        IsBodyTooLarge = true;
        return new BodyTooLargeException(BodyLimit);
    }

    /// <summary>Breaks the upload off before its end is told to the upstream, when the trailers are no fields. Those that do not pass count too.</summary>
    /// <exception cref="MalformedRequestException">One of them would be read as something else.</exception>
    public void CheckTrailers()
    {
        // HTTP/1.1 trailers have been through the guard, and Kestrel checks none of HTTP/2.
        if (ReceivedTrailers is { Count: > 0 } trailers && !trailers.All(IsField))
        {
            IsMalformed = true;
            throw new MalformedRequestException();
        }
    }

    /// <summary>The upload will not be read to its end: an HTTP/1.1 client is told that its connection ends.</summary>
    public void AnnounceUnreadUpload()
    {
        if (HasUploadBegun)
        {
            Context.Features.Get<Http1GuardState>()?.AnnounceUnreadUpload(Context.Response);
        }
    }

    /// <summary>Sends the response's head now, although no byte of its body has come.</summary>
    public async Task StartResponseAsync(CancellationToken cancellationToken)
    {
        if (!Context.Response.HasStarted)
        {
            await Context.Response.StartAsync(cancellationToken);
            await Context.Response.Body.FlushAsync(cancellationToken);
        }
    }

    public void Dispose() => Clock.Dispose();

    private static bool IsField(KeyValuePair<string, StringValues> field) =>
        FieldSyntax.IsToken(field.Key) && field.Value.All(value => FieldSyntax.IsHttp2Value(value));
}
