using System.Text;
using ActorProxy.DataPlane.Forwarding.Http1;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>What became of an answer: read whole, refused, or cut off. Two readings of the same bytes are compared by it.</summary>
internal sealed record Reading(string Outcome, ReadAnswer? Answer)
{
    public static readonly Reading Refused = new("refused", null);

    public static readonly Reading CutOff = new("cut off", null);

    public static Reading Whole(ReadAnswer answer) => new("whole", answer);

    /// <summary>As the handler reads an answer that comes in pieces, behind which the connection ends.</summary>
    public static async Task<Reading> ByHandlerAsync(byte[] answer, int[] places, int bufferSize)
    {
        var stream = new CannedStream(CannedStream.Cut(answer, places), endsAfter: true);
        using var client = Http1Client.For(stream);
        try
        {
            return Whole(await ReadAnswer.FromAsync(await client.SendAsync(Http1Client.Request("GET", 80)), bufferSize));
        }
        catch (UpstreamException exception)
        {
            if (!stream.IsDisposed || client.Slots.Held != 0)
            {
                throw new InvalidOperationException("The failed exchange keeps its connection.", exception);
            }

            return exception.Kind == UpstreamFailureKind.Protocol ? Refused : CutOff;
        }
    }

    public override string ToString() => $"{Outcome} {Answer}";

    /// <summary>The bytes in a form that can be pasted into a test.</summary>
    public static string Quote(byte[] answer) => string.Concat(answer.Select(b => b switch
    {
        (byte)'\r' => "\\r",
        (byte)'\n' => "\\n",
        >= (byte)' ' and < 0x7f => ((char)b).ToString(),
        _ => $"\\u00{b:x2}",
    }));
}
