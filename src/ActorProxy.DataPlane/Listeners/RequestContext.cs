using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>What a request runs in; used again by the next one of the same connection or stream.</summary>
internal sealed class RequestContext
{
    public DefaultHttpContext Http { get; } = new();

    /// <summary>The connection it came through.</summary>
    public ClientConnection? Connection { get; private set; }

    public void Begin(IFeatureCollection features)
    {
        Http.Initialize(features);
        Connection = features.Get<ClientConnection>();
        if (Connection?.Unreached is { } streams && features.Get<IHttp2StreamIdFeature>() is { } stream)
        {
            streams.Remove(stream.StreamId);
        }

        Connection?.RequestBegan();
    }

    public void End()
    {
        Connection?.RequestEnded();
        Connection = null;
        Http.Uninitialize();
    }
}
