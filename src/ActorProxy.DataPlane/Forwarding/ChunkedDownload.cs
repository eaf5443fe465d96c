using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.DataPlane.Requests;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// An upstream's body as the chunks and trailers that an HTTP/1.1 client gets (RFC 9112 §7.1). Each read is one chunk, framed where
/// it was read to. The last chunk comes only from an end that the upstream meant: a body that breaks off throws before it.
/// </summary>
internal sealed class ChunkedDownload(Stream body, HttpResponseMessage response) : UpstreamStream
{
    // Four digits of a size and its line end before the data, a line end behind it.
    private const int Before = 6;
    private const int Behind = 2;
    private const int LargestChunk = 0xffff;

    private byte[]? _end;
    private int _endSent;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_end is not null)
        {
            return TakeEnd(buffer.Span);
        }

        if (buffer.IsEmpty)
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }

        var space = Math.Min(buffer.Length - Before - Behind, LargestChunk);
        var count = await body.ReadAsync(buffer.Slice(Before, space), cancellationToken);
        if (count > 0)
        {
            Frame(buffer.Span, count);
            return Before + count + Behind;
        }

        _end = ComposeEnd(response);
        return TakeEnd(buffer.Span);
    }

    public override ValueTask DisposeAsync() => body.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    private static void Frame(Span<byte> chunk, int count)
    {
        Utf8Formatter.TryFormat(count, chunk, out _, new StandardFormat('x', Before - 2));
        "\r\n"u8.CopyTo(chunk[(Before - 2)..]);
        "\r\n"u8.CopyTo(chunk[(Before + count)..]);
    }

    private static byte[] ComposeEnd(HttpResponseMessage response)
    {
        var text = new StringBuilder("0\r\n");
        foreach (var (name, values) in response.TrailingHeaders.NonValidated)
        {
            if (!TrailerRules.MayPass(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                // Over HTTP/2 a value may hold anything: a line end in it would begin another field, or another response.
                if (!FieldSyntax.IsToken(name) || !AnswerEncoding.IsGood(value))
                {
                    throw new UpstreamProtocolException("a trailer that is no field");
                }

                text.Append(name).Append(": ").Append(value).Append("\r\n");
            }
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    private int TakeEnd(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _end!.Length - _endSent);
        _end.AsSpan(_endSent, count).CopyTo(buffer);
        _endSent += count;
        return count;
    }
}
