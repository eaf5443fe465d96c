using System.Collections.Immutable;

namespace ActorProxy.Core.Certificates;

/// <summary>Gathers what is wrong or doubtful about two files.</summary>
internal sealed class CertificateNotes
{
    private readonly ImmutableArray<CertificateNote>.Builder _notes = ImmutableArray.CreateBuilder<CertificateNote>();

    public bool HasProblems => _notes.Any(note => !note.IsWarning);

    public void Refuse(bool isKey, string message) => _notes.Add(new CertificateNote(isKey, IsWarning: false, message));

    public void Warn(bool isKey, string message) => _notes.Add(new CertificateNote(isKey, IsWarning: true, message));

    public ImmutableArray<CertificateNote> ToImmutable() => _notes.ToImmutable();
}
