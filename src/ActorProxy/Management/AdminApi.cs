using System.Security.Cryptography;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using Akka.Actor;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorProxy.Management;

/// <summary>The admin commands over HTTP: the same answers as on the socket, for those who know the key.</summary>
internal sealed class AdminApi(
    AdminKey key, IPublishedState state, IControlPlane control, ProxyMetrics metrics, ILogger log, TimeProvider time)
{
    private const string Prefix = "/admin/";
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
        var began = time.GetTimestamp();
        var presented = Bearer(context.Request.Headers.Authorization);
        if (presented is null || !key.Matches(presented))
        {
            await RefuseAsync(context, presented, began);
            return;
        }

        if (context.Request.Method != method)
        {
            context.Response.Headers.Allow = method;
            await Status(context, StatusCodes.Status405MethodNotAllowed);
            return;
        }

        var answer = await run(context.RequestAborted);
        Record(context, answer, began);
        context.Response.StatusCode = answer.IsOk ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
        context.Response.ContentType = "application/json";
        var line = AnswerWriter.Line(answer);
        context.Response.ContentLength = line.Length;
        await context.Response.BodyWriter.WriteAsync(line, context.RequestAborted);
    }

    // Both count as failures, but only a guess is told to wait.
    private Task RefuseAsync(HttpContext context, string? presented, long began)
    {
        var isOneOfTheFirst = _failures.TryCount();
        if (isOneOfTheFirst)
        {
            Record(context, new AdminAnswer.Refused(AdminRefusal.Unauthorized), began);
        }
        else if (presented is not null)
        {
            context.Response.Headers.RetryAfter = "60";
            return Status(context, StatusCodes.Status429TooManyRequests);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Status(context, StatusCodes.Status401Unauthorized);
    }

    // RFC 6750 §2.1; the scheme's name in any case (RFC 9110 §11.1).
    private static string? Bearer(string? authorization) =>
        authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? authorization[Scheme.Length..].Trim(' ') : null;

    private async Task<AdminAnswer> ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return ReloadAnswers.ToReload(await control.ReloadAsync(ReloadTrigger.Http, cancellationToken));
        }
        catch (AskTimeoutException exception)
        {
            var errorId = RandomNumberGenerator.GetHexString(8, lowercase: true);
            log.AdminFailed(errorId, exception.Message);
            return new AdminAnswer.Failed(AdminFailure.NoAnswer, errorId);
        }
    }

    private void Record(HttpContext context, AdminAnswer answer, long began)
    {
        var command = context.Request.Path.Value![Prefix.Length..];
        metrics.AdminCommand(command, answer.Outcome);
        log.AdminHttp(command, answer.Outcome, answer.StoryId ?? "-", (long)time.GetElapsedTime(began).TotalMilliseconds);
    }
}
