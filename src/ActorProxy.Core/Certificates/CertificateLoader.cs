using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorProxy.Core.Certificates;

/// <summary>Loads and checks certificates from PEM files. What was loaded before from the same bytes is the same object again.</summary>
internal sealed class CertificateLoader
{
    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(14);

    private readonly TimeProvider _time;
    private readonly Dictionary<string, CertificatePair> _loaded;

    /// <param name="time">Decides what has expired.</param>
    /// <param name="live">What is served now: ticket keys hang on these objects.</param>
    public CertificateLoader(TimeProvider time, IEnumerable<CertificatePair> live)
    {
        _time = time;
        _loaded = live.DistinctBy(pair => pair.Sha256).ToDictionary(pair => pair.Sha256, StringComparer.Ordinal);
    }

    public CertificateLoadResult Load(string certPath, string keyPath)
    {
        var notes = new CertificateNotes();
        var cert = CertificateFile.Read(certPath, isKey: false, notes);
        var key = CertificateFile.Read(keyPath, isKey: true, notes);
        var pair = cert is null || key is null ? null : Load(cert, key, notes);
        if (pair is not null)
        {
            CheckTimes(pair.Certificate, notes);
        }

        return new CertificateLoadResult(notes.HasProblems ? null : pair, notes.ToImmutable());
    }

    private CertificatePair? Load(byte[] cert, byte[] key, CertificateNotes notes)
    {
        var sha256 = CertificatePair.Sha256Of(SHA256.HashData(cert), SHA256.HashData(key));
        if (_loaded.TryGetValue(sha256, out var known))
        {
            return known;
        }

        var chain = ParseChain(Encoding.UTF8.GetString(cert), notes);
        if (chain is null || CertificateKey.Attach(chain[0], Encoding.UTF8.GetString(key), notes) is not { } leaf)
        {
            return null;
        }

        chain.RemoveAt(0);
        var pair = new CertificatePair(leaf, SslStreamCertificateContext.Create(leaf, chain, offline: true), sha256);
        _loaded.Add(sha256, pair);
        return pair;
    }

    private static X509Certificate2Collection? ParseChain(string pem, CertificateNotes notes)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            notes.Refuse(isKey: false, "holds something that is no certificate");
            return null;
        }

        if (chain.Count == 0)
        {
            notes.Refuse(isKey: false, "holds no certificate in PEM form");
            return null;
        }

        return chain;
    }

    private void CheckTimes(X509Certificate2 certificate, CertificateNotes notes)
    {
        var now = _time.GetUtcNow();
        var notAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        var notBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        if (notAfter < now)
        {
            notes.Refuse(isKey: false, $"expired on {Shown(notAfter)}");
        }
        else if (notBefore > now)
        {
            notes.Refuse(isKey: false, $"is not valid before {Shown(notBefore)}: is the clock right?");
        }
        else if (notAfter - now < WarnBefore)
        {
            notes.Warn(isKey: false, $"expires on {Shown(notAfter)}, in {(int)(notAfter - now).TotalDays} days");
        }
    }

    private static string Shown(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
