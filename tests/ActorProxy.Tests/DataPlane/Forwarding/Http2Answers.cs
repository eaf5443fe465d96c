using System.Text;
using ActorProxy.TestKit;
using ActorProxy.Tests.DataPlane.Listeners;

namespace ActorProxy.Tests.DataPlane.Forwarding;

/// <summary>An HTTP/2 upstream that answers each connection's first request with fields as they are given, good or bad.</summary>
internal static class Http2Answers
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    public static RawUpstream With(IReadOnlyList<(string, string)> fields, string body, params IReadOnlyList<(string, string)> trailers) =>
        new(async connection =>
        {
            await connection.WriteAsync(Http2Frames.Frame(Settings, 0, 0, []));
            await connection.ReadUntilAsync("\r\n\r\nSM\r\n\r\n");
            var stream = await ReadRequestAsync(connection);
            await connection.WriteAsync(Http2Frames.Frame(Headers, EndHeaders, stream, Http2RawClient.Block(fields)));
            var last = trailers.Count == 0 ? EndStream : (byte)0;
            await connection.WriteAsync(Http2Frames.Frame(Data, last, stream, Encoding.Latin1.GetBytes(body)));
            if (trailers.Count > 0)
            {
                await connection.WriteAsync(Http2Frames.Frame(Headers, EndHeaders | EndStream, stream, Http2RawClient.Block(trailers)));
            }

            await connection.ReadToEndAsync();
        });

    private static async Task<int> ReadRequestAsync(RawUpstreamConnection connection)
    {
        while (true)
        {
            var head = await connection.ReadAsync(9);
            await connection.ReadAsync((head[0] << 16) | (head[1] << 8) | head[2]);
            if (head[3] == Headers)
            {
                return (head[7] << 8) | head[8];
            }
        }
    }
}
