namespace ActorProxy.TestKit;

/// <summary>One <c>[[listeners.sites]]</c> table for a test.</summary>
public sealed record SiteText(string Host, string Upstream, string More = "");
