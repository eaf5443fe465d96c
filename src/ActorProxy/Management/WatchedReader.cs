using System.IO.Pipelines;

namespace ActorProxy.Management;

/// <summary>A reader that tells when there are bytes.</summary>
internal sealed class WatchedReader(PipeReader inner, Action bytesArrived) : PipeReader
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Seen(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        var read = inner.TryRead(out result);
        if (read)
        {
            Seen(result);
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Seen(ReadResult result)
    {
        if (!result.Buffer.IsEmpty)
        {
            bytesArrived();
        }

        return result;
    }
}
