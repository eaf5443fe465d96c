using ActorProxy.DataPlane.Requests;
using Microsoft.AspNetCore.Http;

namespace ActorProxy.DataPlane.Redirect;

/// <summary>What a plain-text listener answers: the way to the same target over TLS.</summary>
internal static class RedirectApp
{
    private const int DefaultHttpsPort = 443;
    private const string ChallengePath = "/.well-known/acme-challenge/";

    /// <summary>301 for hosts whose site is reachable there, 404 for others.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">Host and target, read.</param>
    /// <param name="malformed">The status that refuses its head; <c>null</c> when it is well-formed.</param>
    public static Task AnswerAsync(HttpContext context, RequestScope request, int? malformed)
    {
        var refused = malformed ?? MethodRule.Check(context);
        if (refused is null && (request.Route is null || IsChallenge(request)))
        {
            refused = StatusCodes.Status404NotFound;
        }

        if (refused is { } status)
        {
            return ErrorAnswer.WriteAsync(context, status);
        }

        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.ContentLength = 0;
        context.Response.Headers.Location = Location(request);
        return Task.CompletedTask;
    }

    // Challenges are served while they are under way only, and none is: redirecting would hide that from who looks for one.
    private static bool IsChallenge(RequestScope request) => request.Target.StartsWith(ChallengePath, StringComparison.Ordinal);

    private static string Location(RequestScope request)
    {
        var port = request.HttpsAddress.Port;
        var target = request.Target == "*" ? "/" : request.Target;
        return port == DefaultHttpsPort ? $"https://{request.Host}{target}" : $"https://{request.Host}:{port}{target}";
    }
}
