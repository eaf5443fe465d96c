using System.Buffers;
using ActorProxy.DataPlane.Requests;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>Checks the framing of a chunked body (RFC 9112 §7.1) and its trailer section, however they are split.</summary>
internal struct ChunkedBodyCheck
{
    private enum Stage
    {
        SizeStart,
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLineFeed,
        EndLineFeed,
        Ended,
        Malformed,
    }

    private Stage _stage;
    private long _size;
    private int _lineBytes;
    private int _trailers;
    private int _trailerBytes;

    /// <summary>The body has ended, with its last line end.</summary>
    public readonly bool HasEnded => _stage == Stage.Ended;

    /// <summary>The byte after those that were verified can't be.</summary>
    public readonly bool IsMalformed => _stage == Stage.Malformed;

    /// <summary>Goes on where the last call has stopped.</summary>
    /// <returns>How many bytes are verified: all, unless the body has ended or is malformed.</returns>
    public long Read(in ReadOnlySequence<byte> bytes)
    {
        long verified = 0;
        foreach (var piece in bytes)
        {
            var read = Read(piece.Span);
            verified += read;
            if (read < piece.Length)
            {
                break;
            }
        }

        return verified;
    }

    private int Read(ReadOnlySpan<byte> bytes)
    {
        var verified = 0;
        while (verified < bytes.Length && _stage < Stage.Ended)
        {
            if (_stage == Stage.Data)
            {
                var data = (int)Math.Min(_size, bytes.Length - verified);
                _size -= data;
                verified += data;
                _stage = _size == 0 ? Stage.DataReturn : Stage.Data;
                continue;
            }

            _stage = Next(bytes[verified]);
            if (_stage != Stage.Malformed)
            {
                verified++;
            }
        }

        return verified;
    }

    private Stage Next(byte value) => _stage switch
    {
        Stage.SizeStart => StartSize(value),
        Stage.Size => value switch
        {
            (byte)'\r' => Stage.SizeLineFeed,
            (byte)';' => StartExtension(),
            _ => AddSizeDigit(value),
        },
        Stage.Extension => value == '\r' ? Stage.SizeLineFeed : AddExtensionByte(value),
        Stage.SizeLineFeed => value != '\n' ? Stage.Malformed : _size > 0 ? Stage.Data : Stage.TrailerStart,
        Stage.DataReturn => value == '\r' ? Stage.DataLineFeed : Stage.Malformed,
        Stage.DataLineFeed => value == '\n' ? Stage.SizeStart : Stage.Malformed,
        Stage.EndLineFeed => value == '\n' ? Stage.Ended : Stage.Malformed,
        _ => ++_trailerBytes > Http1Limits.FieldBytes + 1 ? Stage.Malformed : NextInTrailers(value),
    };

    private Stage NextInTrailers(byte value) => _stage switch
    {
        Stage.TrailerStart when value == '\r' => Stage.EndLineFeed,
        Stage.TrailerStart => ++_trailers <= Http1Limits.Fields && FieldSyntax.TokenBytes.Contains(value) ? Stage.TrailerName : Stage.Malformed,
        Stage.TrailerName when value == ':' => Stage.TrailerValue,
        Stage.TrailerName => FieldSyntax.TokenBytes.Contains(value) ? Stage.TrailerName : Stage.Malformed,
        Stage.TrailerValue when value == '\r' => Stage.TrailerLineFeed,
        Stage.TrailerValue => FieldSyntax.ControlBytes.Contains(value) ? Stage.Malformed : Stage.TrailerValue,
        _ => value == '\n' ? Stage.TrailerStart : Stage.Malformed,
    };

    private Stage StartSize(byte digit)
    {
        _size = 0;
        _lineBytes = 0;
        return AddSizeDigit(digit);
    }

    private Stage AddSizeDigit(byte digit)
    {
        if (!char.IsAsciiHexDigit((char)digit) || ++_lineBytes > Http1Limits.ChunkSizeDigits)
        {
            return Stage.Malformed;
        }

        _size = (_size * 16) + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        return _size <= int.MaxValue ? Stage.Size : Stage.Malformed;
    }

    private Stage StartExtension()
    {
        _lineBytes = 0;
        return Stage.Extension;
    }

    private Stage AddExtensionByte(byte value) =>
        ++_lineBytes <= Http1Limits.ChunkExtensionBytes && (value is >= 0x20 and < 0x7f or (byte)'\t') ? Stage.Extension : Stage.Malformed;
}
