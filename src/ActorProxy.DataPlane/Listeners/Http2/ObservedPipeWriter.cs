using System.IO.Pipelines;

namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>
/// Passes on what Kestrel sends, and corrects two things in it: the reason in the GOAWAY of a connection that ends for its client's
/// conduct, and how many streams there may be.
/// </summary>
internal sealed class ObservedPipeWriter(PipeWriter inner, Conduct conduct) : PipeWriter
{
    // RFC 9113 §6.8: the last stream, then the reason, then debug data.
    private const int ReasonOffset = 4;

    // ENHANCE_YOUR_CALM, RFC 9113 §7.
    private static readonly byte[] Reason = [0, 0, 0, 0xb];

    // RFC 9113 §6.5.1 and §6.5.2: the setting in two bytes, its value in four.
    private const int SettingLength = 6;
    private const int MaxConcurrentStreams = 3;

    private FrameScanner _frames = new(preface: 0);
    private FrameHeader _frame;
    private int _setting;
    private Memory<byte> _memory;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        Observe(_memory.Span[..bytes]);
        _memory = _memory[bytes..];
        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private void Observe(Span<byte> written)
    {
        ReadOnlySpan<byte> bytes = written;
        do
        {
            if (_frame.Type == FrameType.GoAway && conduct.IsOver)
            {
                SetReason(written[^bytes.Length..]);
            }
            else if (_frame.Type == FrameType.Settings)
            {
                SetMaxStreams(written[^bytes.Length..]);
            }

            if (!_frames.TryNext(ref bytes, out var frame))
            {
                return;
            }

            _frame = frame;
            conduct.Sent(frame);
        }
        while (true);
    }

    private void SetReason(Span<byte> bytes)
    {
        var offset = _frame.Length - _frames.Rest;
        for (var index = 0; index < Math.Min(_frames.Rest, bytes.Length); index++)
        {
            if (offset + index - ReasonOffset is >= 0 and var at && at < Reason.Length)
            {
                bytes[index] = Reason[at];
            }
        }
    }

    private void SetMaxStreams(Span<byte> bytes)
    {
        var offset = _frame.Length - _frames.Rest;
        for (var index = 0; index < Math.Min(_frames.Rest, bytes.Length); index++)
        {
            var at = (offset + index) % SettingLength;
            if (at < sizeof(ushort))
            {
                _setting = at == 0 ? bytes[index] << 8 : _setting | bytes[index];
            }
            else if (_setting == MaxConcurrentStreams)
            {
                bytes[index] = (byte)(Http2Guard.MaxStreams >> (8 * (SettingLength - 1 - at)));
            }
        }
    }
}
