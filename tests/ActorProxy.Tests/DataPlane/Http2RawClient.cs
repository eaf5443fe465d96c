using System.Buffers.Binary;
using System.Net.Security;
using System.Text;
using ActorProxy.Tests.DataPlane.Listeners;
using Xunit;

namespace ActorProxy.Tests.DataPlane;

/// <summary>An HTTP/2 client that sends fields as it is told, good or bad: literals without indexing, no Huffman (RFC 7541 §6.2.2).</summary>
internal sealed class Http2RawClient : IAsyncDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte GoAway = 7;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Continuation = 9;

    // RFC 9113 §6.5.2: what a server takes unless it says otherwise.
    private const int LargestFrame = 16 * 1024;

    // What hangs fails where it hangs. The longest that a test waits for a frame is a few seconds.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly RawClient _connection;
    private int _nextStream = 1;

    private Http2RawClient(RawClient connection) => _connection = connection;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<Http2RawClient> ConnectAsync(ProxyFront front) =>
        await BeginAsync(await front.RawAsync(SslApplicationProtocol.Http2));

    /// <summary>Begins HTTP/2 on a connection that has agreed on it.</summary>
    public static async Task<Http2RawClient> BeginAsync(RawClient connection)
    {
        var client = new Http2RawClient(connection);
        await client._connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        // SETTINGS_HEADER_TABLE_SIZE = 0: the answers' fields then come without a dynamic table, which is not kept here.
        await client.SendFrameAsync(Settings, 0, 0, [0, 1, 0, 0, 0, 0]);
        return client;
    }

    /// <summary>A GET that is good as it stands, for tests to spoil.</summary>
    public static List<(string Name, string Value)> Get(string authority = "a.test", string path = "/") =>
        [(":method", "GET"), (":scheme", "https"), (":authority", authority), (":path", path)];

    /// <summary>Sends a request without a body and reads what becomes of it: a status with its body, or <c>reset</c> or <c>goaway</c>.</summary>
    public async Task<string> AskAsync(IEnumerable<(string Name, string Value)> fields)
    {
        var stream = TakeStream();
        var pieces = Block(fields).Chunk(LargestFrame).ToArray();
        for (var piece = 0; piece < pieces.Length; piece++)
        {
            var flags = (piece == 0 ? EndStream : 0) | (piece == pieces.Length - 1 ? EndHeaders : 0);
            await SendFrameAsync(piece == 0 ? Headers : Continuation, (byte)flags, stream, pieces[piece]);
        }

        return await ReadAnswerAsync(stream);
    }

    /// <summary>Sends a request with a body and trailers, and reads what becomes of it.</summary>
    public async Task<string> AskAsync(
        IEnumerable<(string Name, string Value)> fields, string body, IEnumerable<(string Name, string Value)> trailers)
    {
        var stream = TakeStream();
        await SendFrameAsync(Headers, EndHeaders, stream, Block(fields));
        await SendFrameAsync(Data, 0, stream, Encoding.Latin1.GetBytes(body));
        await SendFrameAsync(Headers, EndStream | EndHeaders, stream, Block(trailers));
        return await ReadAnswerAsync(stream);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>The number for a stream that the test opens itself.</summary>
    public int TakeStream()
    {
        var stream = _nextStream;
        _nextStream += 2;
        return stream;
    }

    /// <summary>A HEADERS frame for a new stream.</summary>
    public byte[] Head(IEnumerable<(string Name, string Value)> fields, out int stream, byte flags = EndStream | EndHeaders)
    {
        stream = TakeStream();
        return Http2Frames.Frame(Headers, flags, stream, Block(fields));
    }

    /// <summary>Sends frames as they are, many at once; an end of the connection is left for who reads.</summary>
    public async Task SendAsync(IEnumerable<byte[]> frames)
    {
        try
        {
            foreach (var some in frames.Chunk(2000))
            {
                await _connection.Stream.WriteAsync((byte[])[.. some.SelectMany(frame => frame)], Stop).AsTask().WaitAsync(Silence, Stop);
            }
        }
        catch (IOException)
        {
            // Told by what is read.
        }
    }

    /// <summary>Reads to the end of the connection.</summary>
    /// <returns>The reason of the GOAWAY (RFC 9113 §7); <c>null</c> when there was none.</returns>
    public async Task<int?> ReadReasonAsync()
    {
        int? reason = null;
        try
        {
            while (true)
            {
                var (type, _, _, payload) = await ReadFrameAsync();
                reason = type == GoAway ? BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4)) : reason;
            }
        }
        catch (IOException)
        {
            return reason;
        }
    }

    /// <summary>Reads up to the reset of a stream.</summary>
    /// <returns>Its reason.</returns>
    public async Task<int> ReadResetAsync(int stream)
    {
        while (true)
        {
            if (await ReadFrameAsync() is { Type: Reset } frame && frame.Stream == stream)
            {
                return BinaryPrimitives.ReadInt32BigEndian(frame.Payload);
            }
        }
    }

    /// <summary>Reads up to a stream's data.</summary>
    public async Task ReadDataAsync(int stream)
    {
        while (await ReadFrameAsync() is var frame && (frame.Type != Data || frame.Stream != stream))
        {
        }
    }

    /// <summary>Reads up to a setting of the server's (RFC 9113 §6.5.1).</summary>
    /// <returns>Its value.</returns>
    public async Task<int> ReadSettingAsync(int setting)
    {
        while (true)
        {
            var frame = await ReadFrameAsync();
            for (var at = 0; frame.Type == Settings && at < frame.Payload.Length; at += 6)
            {
                if (BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.AsSpan(at)) == setting)
                {
                    return BinaryPrimitives.ReadInt32BigEndian(frame.Payload.AsSpan(at + 2));
                }
            }
        }
    }

    /// <summary>A field block.</summary>
    public static byte[] Block(IEnumerable<(string Name, string Value)> fields)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            Write(block, name);
            Write(block, value);
        }

        return block.ToArray();
    }

    private static void Write(MemoryStream block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < 127)
        {
            block.WriteByte((byte)bytes.Length);
        }
        else
        {
            block.WriteByte(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest /= 128)
            {
                block.WriteByte((byte)((rest % 128) + 128));
            }

            block.WriteByte((byte)rest);
        }

        block.Write(bytes);
    }

    /// <summary>Reads what becomes of a stream, as <see cref="AskAsync"/> tells it.</summary>
    public async Task<string> ReadAnswerAsync(int stream)
    {
        return (await ReadAnswersAsync([stream]))[stream];
    }

    /// <summary>Reads what becomes of several streams.</summary>
    public async Task<IReadOnlyDictionary<int, string>> ReadAnswersAsync(IReadOnlyCollection<int> streams)
    {
        var answers = streams.ToDictionary(stream => stream, _ => "");
        var open = streams.ToHashSet();
        while (open.Count > 0)
        {
            var (type, flags, id, payload) = await ReadFrameAsync();
            if (type == GoAway)
            {
                return answers.ToDictionary(answer => answer.Key, _ => "goaway");
            }

            if (!open.Contains(id))
            {
                continue;
            }

            answers[id] += type switch
            {
                Reset => " reset",
                Headers when answers[id].Length == 0 => StatusOf(payload) + " ",
                Data => Encoding.Latin1.GetString(payload),
                _ => "",
            };
            if (type == Reset || (flags & EndStream) != 0)
            {
                answers[id] = answers[id].Trim();
                open.Remove(id);
            }
        }

        return answers;
    }

    // RFC 7541 appendix A: 8 to 14 are the statuses in the static table; others are literals with that name.
    private static string StatusOf(byte[] block)
    {
        string[] known = ["200", "204", "206", "304", "400", "404", "500"];
        // A table size update may come first.
        var start = (block[0] & 0xe0) == 0x20 ? 1 : 0;
        return block[start] >= 0x80 ? known[block[start] - 0x88] : Encoding.Latin1.GetString(block, start + 2, block[start + 1]);
    }

    private async Task SendFrameAsync(byte type, int flags, int stream, byte[] payload)
    {
        var head = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8);
        head[3] = type;
        head[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), stream);
        await _connection.Stream.WriteAsync((byte[])[.. head, .. payload], Stop);
    }

    private async Task<(byte Type, byte Flags, int Stream, byte[] Payload)> ReadFrameAsync()
    {
        var head = new byte[9];
        await ReadAsync(head);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
        await ReadAsync(payload);
        return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
    }

    private Task ReadAsync(byte[] bytes) => _connection.Stream.ReadExactlyAsync(bytes, Stop).AsTask().WaitAsync(Silence, Stop);
}
