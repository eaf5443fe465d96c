using ActorProxy.Core.Certificates;
using ActorProxy.Core.Configuration;

namespace ActorProxy.DataPlane;

/// <summary>What a bound address serves in one snapshot. The role may change over a reload while the socket stays.</summary>
/// <param name="Address">Where.</param>
/// <param name="IsTls">TLS and sites, or the plain-text redirect.</param>
/// <param name="HttpsAddress">The TLS address of the same <c>[[listeners]]</c> table; itself when <paramref name="IsTls"/>.</param>
/// <param name="Certificate">The certificate served there; <c>null</c> for a redirect endpoint.</param>
internal sealed record EndpointRoute(ListenAddress Address, bool IsTls, ListenAddress HttpsAddress, CertificatePair? Certificate);
