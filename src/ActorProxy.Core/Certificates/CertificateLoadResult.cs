using System.Collections.Immutable;

namespace ActorProxy.Core.Certificates;

/// <summary>A certificate, or why there is none.</summary>
/// <param name="Pair"><c>null</c> when one of the notes is no mere warning.</param>
/// <param name="Notes">What is wrong or doubtful.</param>
internal sealed record CertificateLoadResult(CertificatePair? Pair, ImmutableArray<CertificateNote> Notes);

/// <summary>Something to say about one of the two files.</summary>
/// <param name="IsAboutKey">The key's file, else the certificate's.</param>
/// <param name="IsWarning">Doubtful, not wrong.</param>
/// <param name="Message">To be put behind the path.</param>
internal sealed record CertificateNote(bool IsAboutKey, bool IsWarning, string Message);
