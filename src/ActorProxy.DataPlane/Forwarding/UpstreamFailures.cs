using ActorProxy.Core.Logs;
using Microsoft.Extensions.Logging;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Where failures of upstreams are counted and written.</summary>
internal sealed class UpstreamFailures(IAccessLog log, ILogger<UpstreamFailures> logger)
{
    /// <summary>Reports a failure, unless the upstream is not to blame.</summary>
    public void Report(SiteRoute site, UpstreamFailure failure, Exception? cause)
    {
        if (failure.Word is { } word)
        {
            site.Counters.UpstreamFailed(word);
            log.UpstreamError(site.Site.Host, site.UpstreamText, word);
            logger.UpstreamFailed(cause, site.Site.Host, site.UpstreamText);
        }
    }
}
