namespace ActorProxy.DataPlane.Tls;

/// <summary>Follows the records of one direction (RFC 8446 §5.1) without their keys, in whatever pieces they come.</summary>
internal struct TlsRecords
{
    private const byte Alert = 21;
    private const byte ApplicationData = 23;

    // TLS 1.3 hides the type: two bytes of alert, one of type, sixteen of the suites' tag.
    private const int HiddenAlertLength = 19;

    private byte _type;
    private int _length;
    private int _headerBytes;
    private int _left;

    /// <summary>
    /// Whether the last record is whole and an alert: after it nothing comes but the end, so that an end was announced
    /// (<c>close_notify</c>). Two bytes of application data look the same in TLS 1.3.
    /// </summary>
    public readonly bool EndWithAlert =>
        _headerBytes == 0 && _left == 0 && (_type == Alert || (_type == ApplicationData && _length == HiddenAlertLength));

    /// <summary>Takes the bytes that follow.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                var count = Math.Min(_left, bytes.Length);
                _left -= count;
                bytes = bytes[count..];
                continue;
            }

            AddToHeader(bytes[0]);
            bytes = bytes[1..];
        }
    }

    // Type, two bytes of version, two of length.
    private void AddToHeader(byte next)
    {
        switch (_headerBytes++)
        {
            case 0:
                _type = next;
                break;
            case 3:
                _length = next << 8;
                break;
            case 4:
                _left = _length |= next;
                _headerBytes = 0;
                break;
        }
    }
}
