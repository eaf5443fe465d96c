namespace ActorProxy.Core.AdminLanguage;

/// <summary>One site as <c>sites</c> shows it.</summary>
/// <param name="Host">Its host.</param>
/// <param name="Upstream">Where its requests go.</param>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Requests">Requests that ended.</param>
/// <param name="Errors">Those of them that were answered with 5xx.</param>
/// <param name="InFlight">Requests that have not ended.</param>
public sealed record SiteReport(string Host, string Upstream, string Scheme, long Requests, long Errors, long InFlight);
