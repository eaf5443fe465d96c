using System.Text;
using ActorProxy.DataPlane.Forwarding.Http1;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Puts an answer's fields into a response as they are read.</summary>
internal sealed class ResponseSink(HttpResponse response, FieldStrings strings) : IAnswerSink
{
    private string? _connectionOptions;

    public void Begin(int status, bool isHttp10, ReadOnlySpan<byte> reason) => response.StatusCode = status;

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.Length == 10 && Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            var options = strings.Get(value);
            _connectionOptions = _connectionOptions is null ? options : $"{_connectionOptions},{options}";
        }
        else if (!(name.Length == 14 && Ascii.EqualsIgnoreCase(name, "content-length"u8)) && FieldRules.MayReachClient(name))
        {
            response.Headers.Append(strings.Get(name), strings.Get(value));
        }
    }

    public void Trailer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var key = strings.Get(name);
        if (TrailerRules.MayPass(key) && response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers)
        {
            trailers.Append(key, strings.Get(value));
        }
    }

    /// <summary>The head is complete: says its length, and takes out what <c>Connection</c> names, which may have come before it.</summary>
    public void Complete(long? length)
    {
        response.ContentLength = length;
        if (_connectionOptions is { } options && !options.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
        {
            var named = new ConnectionField(options);
            foreach (var name in response.Headers.Keys.ToArray())
            {
                if (named.Names(name))
                {
                    response.Headers.Remove(name);
                }
            }
        }
    }
}
