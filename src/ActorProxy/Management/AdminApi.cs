using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Planes;
using Microsoft.AspNetCore.Http;

namespace ActorProxy.Management;

/// <summary>The admin commands over HTTP: the same answers as on the socket, for those who know the key.</summary>
internal sealed class AdminApi(AdminKey key, IPublishedState state, IControlPlane control, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    private readonly FailureCount _failures = new(time);

    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/admin/status" => AnswerAsync(context, HttpMethods.Get, _ => Task.FromResult<AdminAnswer>(new AdminAnswer.Status(state.Status()))),
        "/admin/reload" => AnswerAsync(context, HttpMethods.Post, ReloadAsync),
        "/admin/rotate-key" => AnswerAsync(context, HttpMethods.Post, _ => Task.FromResult<AdminAnswer>(new AdminAnswer.KeyRotated(key.Rotate()))),
        _ => Status(context, StatusCodes.Status404NotFound),
    };

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(HttpContext context, string method, Func<CancellationToken, Task<AdminAnswer>> run)
    {
        if (!IsKnown(context.Request.Headers.Authorization))
        {
            await RefuseAsync(context);
            return;
        }

        if (context.Request.Method != method)
        {
            context.Response.Headers.Allow = method;
            await Status(context, StatusCodes.Status405MethodNotAllowed);
            return;
        }

        var answer = await run(context.RequestAborted);
        context.Response.StatusCode = answer is AdminAnswer.Refused or AdminAnswer.Failed or AdminAnswer.ConfigInvalid
            ? StatusCodes.Status500InternalServerError
            : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        var line = AnswerWriter.Line(answer);
        context.Response.ContentLength = line.Length;
        await context.Response.BodyWriter.WriteAsync(line, context.RequestAborted);
    }

    private Task RefuseAsync(HttpContext context)
    {
        if (!_failures.TryCount())
        {
            context.Response.Headers.RetryAfter = "60";
            return Status(context, StatusCodes.Status429TooManyRequests);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Status(context, StatusCodes.Status401Unauthorized);
    }

    // RFC 6750 §2.1; the scheme's name in any case (RFC 9110 §11.1).
    private bool IsKnown(string? authorization) =>
        authorization is not null
        && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && key.Matches(authorization.AsSpan(Scheme.Length).Trim(' '));

    private async Task<AdminAnswer> ReloadAsync(CancellationToken cancellationToken) =>
        await control.ReloadAsync(ReloadTrigger.Http, cancellationToken) switch
        {
            ReloadAnswer.Reloaded reloaded => new AdminAnswer.Reloaded(reloaded.Revision, reloaded.Changed, reloaded.Changes),
            ReloadAnswer.Failed { Reason: ReloadFailure.ChangedDuringRead } failed =>
                new AdminAnswer.Failed(AdminFailure.ChangedDuringRead, failed.ErrorId),
            ReloadAnswer.Failed { Reason: ReloadFailure.ConfirmationPending } => new AdminAnswer.Refused(AdminRefusal.ConfirmationPending),
            ReloadAnswer.Failed failed => new AdminAnswer.Failed(AdminFailure.ReloadFailed, failed.ErrorId),
            _ => throw new InvalidOperationException("No other answer exists."),
        };
}
