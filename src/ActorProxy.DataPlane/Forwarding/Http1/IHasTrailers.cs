using Microsoft.Extensions.Primitives;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>Content with fields behind its body. Sent when the body goes out in chunks; otherwise there is no place for them.</summary>
internal interface IHasTrailers
{
    /// <summary>Asked once the body has been read to its end.</summary>
    IEnumerable<KeyValuePair<string, StringValues>> Trailers { get; }
}
