using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace ActorProxy.TestKit;

/// <summary>A real upstream on a port of its own: Kestrel, answering as the test says.</summary>
public sealed class TestUpstream : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _requests;

    private TestUpstream(WebApplication application) => _application = application;

    public int Port { get; private set; }

    /// <summary><c>127.0.0.1:PORT</c>, as a site's <c>upstream</c>.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>How many requests have reached it.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Answers every request with the same text.</summary>
    public static Task<TestUpstream> StartAsync(string text) => StartAsync(context => context.Response.WriteAsync(text));

    public static async Task<TestUpstream> StartAsync(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        });
        var upstream = new TestUpstream(builder.Build());
        upstream._application.UseWebSockets();
        upstream._application.Run(context =>
        {
            Interlocked.Increment(ref upstream._requests);
            return answer(context);
        });
        await upstream._application.StartAsync();
        var addresses = upstream._application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        upstream.Port = new Uri(addresses.Addresses.Single()).Port;
        return upstream;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
