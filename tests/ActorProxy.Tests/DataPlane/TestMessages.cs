using System.Net;

namespace ActorProxy.Tests.DataPlane;

/// <summary>Requests for clients that reach the proxy whatever the host.</summary>
internal static class TestMessages
{
    public static HttpRequestMessage Http11(string host, string target) => Make(HttpMethod.Get, host, target, HttpVersion.Version11);

    public static HttpRequestMessage Http2(string host, string target) => Make(HttpMethod.Get, host, target, HttpVersion.Version20);

    public static HttpRequestMessage Make(HttpMethod method, string host, string target, Version version) =>
        new(method, $"https://{host}{target}") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
}
