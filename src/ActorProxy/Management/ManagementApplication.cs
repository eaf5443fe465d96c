using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorProxy.Management;

/// <summary>Gives requests to the endpoints, and tells their connection when they begin and end.</summary>
internal sealed class ManagementApplication(RequestDelegate endpoints) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        contextFeatures.Get<ManagementConnection>()?.RequestComplete();
        return new DefaultHttpContext(contextFeatures);
    }

    public Task ProcessRequestAsync(HttpContext context) => endpoints(context);

    /// <summary>Called when the answer was handed to the kernel, or the connection has ended.</summary>
    public void DisposeContext(HttpContext context, Exception? exception) => context.Features.Get<ManagementConnection>()?.AnswerTaken();
}
