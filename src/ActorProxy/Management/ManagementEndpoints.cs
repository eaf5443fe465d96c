using System.Text;
using System.Text.Json;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using Microsoft.AspNetCore.Http;

namespace ActorProxy.Management;

/// <summary>What the management server answers.</summary>
/// <param name="readiness">The state of each component.</param>
/// <param name="metrics">The numbers.</param>
/// <param name="showDetails">Whether metrics and components are shown here: <c>false</c> on TCP with <c>metrics_on_tcp = false</c>.</param>
/// <param name="admin">The admin API; <c>null</c> when there is no key.</param>
internal sealed class ManagementEndpoints(Readiness readiness, MetricsPage metrics, bool showDetails, AdminApi? admin = null)
{
    public Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Request.Path.Value switch
        {
            "/health" => GetAsync(context, static context => Status(context, StatusCodes.Status200OK)),
            "/health/ready" => GetAsync(context, ReadyAsync),
            "/metrics" when showDetails => GetAsync(context, MetricsAsync),
            _ => admin?.HandleAsync(context) ?? Status(context, StatusCodes.Status404NotFound),
        };
    }

    private static Task GetAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            return answer(context);
        }

        context.Response.Headers.Allow = "GET, HEAD";
        return Status(context, StatusCodes.Status405MethodNotAllowed);
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    private Task MetricsAsync(HttpContext context) =>
        WriteAsync(context, PrometheusText.ContentType, Encoding.UTF8.GetBytes(metrics.Render()));

    private Task ReadyAsync(HttpContext context)
    {
        var (status, isServing) = readiness switch
        {
            { IsDraining: true } => ("draining", false),
            { IsStarting: true } => ("starting", false),
            { IsDegraded: true } => ("degraded", true),
            _ => ("ready", true),
        };
        context.Response.StatusCode = !isServing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            if (showDetails)
            {
                json.WriteStartObject("components");
                foreach (var (component, state) in readiness.Components)
                {
                    json.WriteString(component, state);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return WriteAsync(context, "application/json", body.ToArray());
    }
}
