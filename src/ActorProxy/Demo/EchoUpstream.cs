using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ActorProxy.Demo;

/// <summary>The upstream of <c>demo</c>: says what it was asked as JSON, and serves <c>/stream</c> as server-sent events.</summary>
internal sealed class EchoUpstream : IAsyncDisposable
{
    private static readonly TimeSpan EventInterval = TimeSpan.FromSeconds(1);
    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly WebApplication _application;

    private EchoUpstream(WebApplication application, int port)
    {
        _application = application;
        Port = port;
    }

    /// <summary>The port on 127.0.0.1 that the kernel chose.</summary>
    public int Port { get; }

    public static async Task<EchoUpstream> StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        application.Run(context => context.Request.Path == "/stream" ? StreamAsync(context, time) : EchoAsync(context));
        await application.StartAsync(cancellationToken);
        var addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return new EchoUpstream(application, new Uri(addresses.Addresses.Single()).Port);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task EchoAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Json);
        json.WriteStartObject();
        json.WriteString("method", context.Request.Method);
        json.WriteString("path", context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        json.WriteStartObject("headers");
        foreach (var (name, values) in context.Request.Headers)
        {
            json.WriteString(name, values.ToString());
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static async Task StreamAsync(HttpContext context, TimeProvider time)
    {
        context.Response.ContentType = "text/event-stream";
        using var timer = new PeriodicTimer(EventInterval, time);
        var number = 0;
        do
        {
            await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {number}\ndata: event {number}\n\n"), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            number++;
        }
        while (await timer.WaitForNextTickAsync(context.RequestAborted));
    }
}
