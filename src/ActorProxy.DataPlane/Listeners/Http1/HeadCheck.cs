using System.Buffers;
using System.Text;
using ActorProxy.DataPlane.Requests;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>
/// Checks request heads, one after the other, however they are split: complete lines once, an incomplete last line again with its
/// next bytes. RFC 9112 read strictly, without its leniencies.
/// </summary>
internal sealed class HeadCheck
{
    private enum Stage
    {
        Start,
        RequestLine,
        Fields,
    }

    private readonly FieldChecks _fields = new();
    private Stage _stage;
    private int _offset;
    private int _methodStart;
    private int _methodLength;
    private int _targetLength;
    private bool _isSplit;

    /// <summary>The refused head's answer; meaningful after <see cref="HeadVerdict.Refused"/>.</summary>
    public Refusal Refusal { get; private set; } = Refusal.BadRequest;

    /// <summary>The complete head's bytes, with a leading empty line and the last one.</summary>
    public int Length => _offset;

    /// <summary>Whether so many bytes are more than the empty line that may stand before a head.</summary>
    public bool HasBegun(long bytes) => _stage != Stage.Start && bytes > _methodStart;

    /// <summary>How the complete head's body is framed.</summary>
    public FieldChecks Fields => _fields;

    /// <summary>To be called between two heads.</summary>
    public void Reset()
    {
        _stage = Stage.Start;
        _offset = _methodStart = _methodLength = _targetLength = 0;
        _fields.Reset();
    }

    /// <summary>Looks at a head from its first byte; what follows it is not looked at.</summary>
    public HeadVerdict Read(in ReadOnlySequence<byte> head)
    {
        _isSplit = !head.IsSingleSegment;
        var unread = head.Slice(_offset);
        if (unread.IsSingleSegment)
        {
            return Read(unread.FirstSpan);
        }

        var length = (int)Math.Min(unread.Length, Http1Limits.HeadBytes);
        var copy = ArrayPool<byte>.Shared.Rent(length);
        unread.Slice(0, length).CopyTo(copy);
        var verdict = Read(copy.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(copy);
        return verdict;
    }

    /// <summary>What can be told of a refused head.</summary>
    public RefusedHead Describe(in ReadOnlySequence<byte> head)
    {
        var method = Text(head, _methodStart, _methodLength);
        var target = RequestTarget.Reduce(Text(head, _methodStart + _methodLength + 1, _targetLength), method);
        return new RefusedHead(Refusal, method, _fields.HostOf(head), RequestTarget.Path(target).ToString());
    }

    private static string Text(in ReadOnlySequence<byte> head, int start, int length) =>
        length == 0 ? "" : Encoding.Latin1.GetString(head.Slice(start, length));

    private HeadVerdict Read(ReadOnlySpan<byte> unread)
    {
        if (_stage == Stage.Start && !TrySkipEmptyLine(ref unread))
        {
            return HeadVerdict.Incomplete;
        }

        if (_stage == Stage.RequestLine)
        {
            var verdict = ReadRequestLine(unread, out var length);
            if (verdict != HeadVerdict.Complete)
            {
                return verdict;
            }

            _offset += length;
            unread = unread[length..];
            _stage = Stage.Fields;
        }

        return ReadFields(unread);
    }

    /// <summary>RFC 9112 §2.2: at least one empty line before a request line is ignored. Here exactly one, and only as CR LF.</summary>
    private bool TrySkipEmptyLine(ref ReadOnlySpan<byte> unread)
    {
        if (unread is [] or [(byte)'\r'])
        {
            return false;
        }

        if (unread.StartsWith("\r\n"u8))
        {
            _offset = _methodStart = 2;
            unread = unread[2..];
        }

        _stage = Stage.RequestLine;
        return true;
    }

    private HeadVerdict ReadRequestLine(ReadOnlySpan<byte> unread, out int length)
    {
        length = 0;
        var methodLength = unread.IndexOfAnyExcept(FieldSyntax.TokenBytes);
        if (methodLength is <= 0 or > Http1Limits.MethodBytes || unread[methodLength] != ' ')
        {
            return methodLength < 0 && unread.Length <= Http1Limits.MethodBytes ? HeadVerdict.Incomplete : Refuse(Refusal.BadRequest);
        }

        _methodLength = methodLength;
        var method = unread[..methodLength];
        var rest = unread[(methodLength + 1)..];
        var targetLength = rest.IndexOfAnyExcept(RequestTarget.Bytes);
        if (targetLength > RequestTarget.MaxLength || (targetLength < 0 && rest.Length > RequestTarget.MaxLength))
        {
            return Refuse(Refusal.TargetTooLong);
        }

        if (targetLength < 0)
        {
            return HeadVerdict.Incomplete;
        }

        var version = rest[targetLength] == ' ' ? rest[(targetLength + 1)..] : [];
        if (version.Length < "HTTP/1.1\r\n".Length)
        {
            return rest[targetLength] == ' ' && ("HTTP/1.1\r\n"u8.StartsWith(version) || "HTTP/1.0\r\n"u8.StartsWith(version))
                ? HeadVerdict.Incomplete
                : Refuse(Refusal.BadRequest);
        }

        // Any other version is malformed here: the contract knows no 505.
        var isHttp10 = version.StartsWith("HTTP/1.0\r\n"u8);
        if (!(isHttp10 || version.StartsWith("HTTP/1.1\r\n"u8)) || !_fields.TryBegin(method, rest[..targetLength], isHttp10))
        {
            return Refuse(Refusal.BadRequest);
        }

        _targetLength = targetLength;
        length = methodLength + 1 + targetLength + 1 + "HTTP/1.1\r\n".Length;
        return HeadVerdict.Complete;
    }

    private HeadVerdict ReadFields(ReadOnlySpan<byte> unread)
    {
        while (true)
        {
            if (unread is [(byte)'\r', ..])
            {
                return unread.Length == 1 ? HeadVerdict.Incomplete : ReadEnd(unread[1]);
            }

            var nameLength = unread.IndexOfAnyExcept(FieldSyntax.TokenBytes);
            if (nameLength < 0)
            {
                return Wait(unread.Length);
            }

            if (nameLength == 0 || unread[nameLength] != ':')
            {
                return Refuse(Refusal.BadRequest);
            }

            var value = unread[(nameLength + 1)..];
            var valueLength = value.IndexOfAny(FieldSyntax.ControlBytes);
            if (valueLength < 0 || (value[valueLength] == '\r' && valueLength == value.Length - 1))
            {
                return Wait(unread.Length);
            }

            if (value[valueLength] != '\r' || value[valueLength + 1] != '\n')
            {
                return Refuse(Refusal.BadRequest);
            }

            var lineLength = nameLength + 1 + valueLength + 2;
            if (_fields.Add(unread[..nameLength], value[..valueLength], _offset + nameLength + 1, lineLength) is { } refusal)
            {
                return Refuse(refusal);
            }

            _offset += lineLength;
            unread = unread[lineLength..];
        }
    }

    private HeadVerdict Wait(int unread) => _fields.HasRoomFor(unread) ? HeadVerdict.Incomplete : Refuse(Refusal.FieldsTooLarge);

    private HeadVerdict ReadEnd(byte afterReturn)
    {
        if (afterReturn != '\n')
        {
            return Refuse(Refusal.BadRequest);
        }

        if (_fields.End(_isSplit) is { } refusal)
        {
            return Refuse(refusal);
        }

        _offset += 2;
        return HeadVerdict.Complete;
    }

    private HeadVerdict Refuse(Refusal refusal)
    {
        Refusal = refusal;
        return HeadVerdict.Refused;
    }
}
