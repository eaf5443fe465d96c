using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using ActorProxy.Core.Logs;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>Answers and logs what Kestrel never gets to see. Writes to a connection only when no other answer is under way.</summary>
internal sealed class RefusalWriter(PipeWriter output, ClientConnection client, Http1GuardServices services, bool isRateLimited)
{
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Writes the answer; a client that takes none of it for five seconds goes without.</summary>
    public async ValueTask WriteAsync(RefusedHead refused)
    {
        var retryAfter = TimeSpan.Zero;
        // CONNECT is well-formed: it takes a token as any other request does.
        if (refused.Refusal == Refusal.MethodNotAllowed && isRateLimited && !services.Buckets.TryTake(client.ClientIp, out retryAfter))
        {
            refused = refused with { Refusal = Refusal.TooManyRequests };
        }

        Report(refused);
        Encoding.ASCII.GetBytes(Compose(refused, retryAfter), output);
        using var timeout = new CancellationTokenSource(WriteTimeout, services.Time);
        try
        {
            await output.FlushAsync(timeout.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody is left to answer; the end of input that follows closes the connection.
        }
    }

    private string Compose(RefusedHead refused, TimeSpan retryAfter)
    {
        var (status, reason) = refused.Refusal;
        var answer = new StringBuilder(256)
            .Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {reason}\r\n")
            .Append("Content-Type: text/plain; charset=utf-8\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Length: {reason.Length}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Date: {services.Time.GetUtcNow():R}\r\n");
        if (refused.Refusal == Refusal.TooManyRequests)
        {
            answer.Append(CultureInfo.InvariantCulture, $"Retry-After: {Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds))}\r\n");
        }

        return answer.Append("Connection: close\r\n\r\n").Append(refused.Method == "HEAD" ? "" : reason).ToString();
    }

    private SiteRoute? SiteOf(RefusedHead refused)
    {
        var routing = services.Routing.Current;
        return routing.FindSite(refused.Host, routing.FindEndpoint(client.Listener)?.HttpsAddress ?? client.Listener);
    }

    private void Report(RefusedHead refused)
    {
        var line = new RequestLine
        {
            ClientIp = client.ClientIp,
            Host = refused.Host,
            Method = refused.Method,
            Path = refused.Path,
            Status = refused.Refusal.Status,
            Revision = services.Routing.Current.Revision,
        };
        var counters = SiteOf(refused)?.Counters ?? services.Metrics.UnknownHost;
        counters.Begin();
        counters.End(refused.Refusal.Status, TimeSpan.Zero);
        services.Log.Request(line);
        if (refused.Refusal == Refusal.TooManyRequests)
        {
            services.Metrics.RateLimited.Increment();
            services.Log.RateLimited(line);
        }
    }
}
