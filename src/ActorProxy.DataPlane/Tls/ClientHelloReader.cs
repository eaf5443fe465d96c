using System.Buffers;
using System.Buffers.Binary;

namespace ActorProxy.DataPlane.Tls;

/// <summary>
/// Puts the ClientHello together from the records that carry it (RFC 8446 §5.1 allows any fragmentation). Every byte is looked at
/// once, however slowly they come.
/// </summary>
internal sealed class ClientHelloReader
{
    /// <summary>Bytes that are looked at. Hellos with two post-quantum key shares stay below 4 KiB.</summary>
    public const int MaxBytes = 32 * 1024;

    private const int RecordHeaderLength = 5;
    private const int HandshakeHeaderLength = 4;
    private const int MaxRecordLength = 16 * 1024;
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;

    private readonly ArrayBufferWriter<byte> _message = new(512);
    private readonly byte[] _header = new byte[RecordHeaderLength];
    private int _headerLength;
    private int _recordLeft;
    private long _seen;

    /// <summary>Takes what is buffered, of which earlier calls have seen the beginning.</summary>
    /// <param name="buffered">Everything the client has sent.</param>
    public ClientHello Read(in ReadOnlySequence<byte> buffered)
    {
        var fresh = buffered.Slice(_seen);
        foreach (var segment in fresh)
        {
            var hello = Read(segment.Span);
            if (hello.State != ClientHelloState.Incomplete)
            {
                return hello;
            }
        }

        _seen = buffered.Length;
        return _seen < MaxBytes ? ClientHello.Incomplete : ClientHello.Malformed;
    }

    private ClientHello Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_recordLeft == 0)
            {
                if (ReadHeader(ref bytes) is { } refused)
                {
                    return refused;
                }

                continue;
            }

            var part = bytes[..Math.Min(_recordLeft, bytes.Length)];
            _message.Write(part);
            _recordLeft -= part.Length;
            bytes = bytes[part.Length..];
            var hello = ReadMessage(_message.WrittenSpan);
            if (hello.State != ClientHelloState.Incomplete)
            {
                return hello;
            }
        }

        return ClientHello.Incomplete;
    }

    private ClientHello? ReadHeader(ref ReadOnlySpan<byte> bytes)
    {
        var part = bytes[..Math.Min(RecordHeaderLength - _headerLength, bytes.Length)];
        part.CopyTo(_header.AsSpan(_headerLength));
        _headerLength += part.Length;
        bytes = bytes[part.Length..];
        if (_header[0] != HandshakeRecord || (_headerLength > 1 && _header[1] != 3))
        {
            return _message.WrittenCount == 0 ? ClientHello.NotTls : ClientHello.Malformed;
        }

        if (_headerLength < RecordHeaderLength)
        {
            return null;
        }

        _headerLength = 0;
        _recordLeft = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
        return _recordLeft is > 0 and <= MaxRecordLength ? null : ClientHello.Malformed;
    }

    private static ClientHello ReadMessage(ReadOnlySpan<byte> message)
    {
        if (message[0] != ClientHelloMessage)
        {
            return ClientHello.Malformed;
        }

        if (message.Length < HandshakeHeaderLength)
        {
            return ClientHello.Incomplete;
        }

        var length = (message[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if (length > MaxBytes)
        {
            return ClientHello.Malformed;
        }

        var body = message[HandshakeHeaderLength..];
        return body.Length < length ? ClientHello.Incomplete : ClientHelloParser.Parse(body[..length]);
    }
}
