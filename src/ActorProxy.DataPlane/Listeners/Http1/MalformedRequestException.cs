using Microsoft.AspNetCore.Http;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>
/// Chunk framing or trailers were found malformed after the head had been let through: what a read of the request body throws,
/// and goes on throwing. The request is answered with 400 when no response has begun, else its connection ends.
/// </summary>
internal sealed class MalformedRequestException() : BadHttpRequestException("The framing of the request body is malformed.");
