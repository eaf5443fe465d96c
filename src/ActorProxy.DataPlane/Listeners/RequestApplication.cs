using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorProxy.DataPlane.Listeners;

/// <summary>Gives Kestrel's requests of all listeners to the one pipeline, and tells their connections when they begin and end.</summary>
internal sealed class RequestApplication(RequestDelegate pipeline) : IHttpApplication<RequestContext>
{
    public RequestContext CreateContext(IFeatureCollection contextFeatures)
    {
        var context = Reusable(contextFeatures);
        context.Begin(contextFeatures);
        if (context.Connection?.Transport is { IsDraining: true } last)
        {
            last.RequestClose();
        }

        return context;
    }

    public Task ProcessRequestAsync(RequestContext context) => pipeline(context.Http);

    /// <summary>Called when the response has ended, or the connection has: not when the pipeline returned.</summary>
    public void DisposeContext(RequestContext context, Exception? exception) => context.End();

    private static RequestContext Reusable(IFeatureCollection features) =>
        features is IHostContextContainer<RequestContext> container ? container.HostContext ??= new RequestContext() : new RequestContext();
}
