using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// Puts head and body of one request on the wire: each write goes out at once, in one send with its framing, and the first one
/// together with the head.
/// </summary>
/// <param name="connection">The wire.</param>
/// <param name="head">The written head, which is the writer's from here on.</param>
/// <param name="chunked">Whether the body goes out in chunks.</param>
internal sealed class RequestWriter(UpstreamConnection connection, WriteBuffer head, bool chunked)
{
    // Larger writes go out by themselves: copying them costs more than a second send.
    private const int LargestCopied = 64 * 1024;

    private readonly Lock _gate = new();
    private WriteBuffer _head = head;
    private WriteBuffer _frame;
    private Task _headSent = Task.CompletedTask;

    /// <summary>Sends the head without waiting for the body; again: nothing.</summary>
    public Task SendHeadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_head.IsEmpty)
            {
                _headSent = SendAndClearAsync(_head, cancellationToken).AsTask();
                _head = default;
            }

            return _headSent;
        }
    }

    /// <summary>Sends a piece of the body. One at a time.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await TakeHeadIntoFrameAsync();
        if (chunked)
        {
            _frame.WriteHex(bytes.Length);
            _frame.Write("\r\n"u8);
        }

        if (bytes.Length > LargestCopied || _frame.IsEmpty)
        {
            await SendFrameAsync(cancellationToken);
            await connection.WriteAsync(bytes, cancellationToken);
        }
        else
        {
            _frame.Write(bytes.Span);
        }

        if (chunked)
        {
            _frame.Write("\r\n"u8);
        }

        await SendFrameAsync(cancellationToken);
    }

    /// <summary>Sends the last chunk and the trailers.</summary>
    public async Task WriteEndAsync(IEnumerable<KeyValuePair<string, StringValues>> trailers, CancellationToken cancellationToken)
    {
        await TakeHeadIntoFrameAsync();
        _frame.Write("0\r\n"u8);
        foreach (var (name, values) in trailers)
        {
            foreach (var value in values)
            {
                _frame.WriteLatin1(name);
                _frame.Write(": "u8);
                _frame.WriteLatin1(value ?? "");
                _frame.Write("\r\n"u8);
            }
        }

        _frame.Write("\r\n"u8);
        await SendFrameAsync(cancellationToken);
    }

    /// <summary>Gives back what was never sent.</summary>
    public void Clear()
    {
        _head.Clear();
        _frame.Clear();
    }

    // Either this write carries the head, or it waits for the head that is going out.
    private Task TakeHeadIntoFrameAsync()
    {
        lock (_gate)
        {
            if (!_head.IsEmpty)
            {
                _frame = _head;
                _head = default;
            }

            return _headSent;
        }
    }

    private ValueTask SendFrameAsync(CancellationToken cancellationToken)
    {
        if (_frame.IsEmpty)
        {
            return default;
        }

        var frame = _frame;
        _frame = default;
        return SendAndClearAsync(frame, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAndClearAsync(WriteBuffer bytes, CancellationToken cancellationToken)
    {
        await connection.WriteAsync(bytes.Written, cancellationToken);
        bytes.Clear();
    }
}
