using System.Net;
using System.Text;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Makes a message of an answer.</summary>
internal sealed class AnswerMessage(HttpRequestMessage request, FieldStrings strings) : IAnswerSink
{
    private readonly HttpResponseMessage _message = new() { RequestMessage = request, Content = new AnswerContent() };

    /// <summary>The message, whose trailers are there when its body has been read to the end.</summary>
    public HttpResponseMessage Message => _message;

    public void Begin(int status, bool isHttp10, ReadOnlySpan<byte> reason)
    {
        _message.StatusCode = (HttpStatusCode)status;
        if (isHttp10)
        {
            _message.Version = HttpVersion.Version10;
        }

        if (_message.ReasonPhrase is not { } usual || usual.Length != reason.Length || !Ascii.Equals(reason, usual))
        {
            _message.ReasonPhrase = strings.Get(reason);
        }
    }

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var text = strings.Get(value);
        var key = strings.Get(name);
        if (!_message.Headers.TryAddWithoutValidation(key, text))
        {
            _message.Content.Headers.TryAddWithoutValidation(key, text);
        }
    }

    public void Trailer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        _message.TrailingHeaders.TryAddWithoutValidation(strings.Get(name), strings.Get(value));
}
