using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;

namespace ActorProxy.Core.Certificates;

/// <summary>The DNS names of a certificate (RFC 6125 §6.4): a wildcard stands for exactly one label, the leftmost.</summary>
internal sealed class CertificateNames
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _parents;

    public CertificateNames(X509Certificate2 certificate)
    {
        var names = NamesOf(certificate).Select(name => name.TrimEnd('.').ToLowerInvariant()).ToList();
        _exact = names.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _parents = names.Where(name => name.StartsWith("*.", StringComparison.Ordinal))
            .Select(name => name[2..])
            .ToFrozenSet(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool Cover(ReadOnlySpan<char> host)
    {
        if (_exact.Contains(host))
        {
            return true;
        }

        var dot = host.IndexOf('.');
        return dot > 0 && _parents.Contains(host[(dot + 1)..]);
    }

    // The common name counts only where there are no alternative names at all (RFC 2818 §3.1).
    private static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return alternatives is not null ? alternatives.EnumerateDnsNames() : [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)];
    }
}
