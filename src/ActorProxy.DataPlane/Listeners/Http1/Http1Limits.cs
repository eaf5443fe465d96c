using System.Text;
using ActorProxy.DataPlane.Requests;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>How large a request's framing may be. The guard holds these; Kestrel's own limits lie above and are never met.</summary>
internal static class Http1Limits
{
    /// <summary>The contract names none for methods; the longest registered one has 17 letters.</summary>
    public const int MethodBytes = 256;

    public const int Fields = 100;

    /// <summary>Of all field lines with their line ends, without the empty line.</summary>
    public const int FieldBytes = 32 * 1024;

    /// <summary>A whole head: what is ever looked at, and copied when it lies in more than one piece.</summary>
    public const int HeadBytes = 2 + MethodBytes + 1 + RequestTarget.MaxLength + 1 + 10 + FieldBytes + 2;

    /// <summary>Hexadecimal digits of a chunk size; with <see cref="int.MaxValue"/> as the largest chunk that Kestrel takes.</summary>
    public const int ChunkSizeDigits = 8;

    public const int ChunkExtensionBytes = 1024;

    /// <summary>Makes room above the guard's limits, so that Kestrel refuses nothing by itself.</summary>
    public static void Loosen(KestrelServerOptions options)
    {
        // Bytes from 0x80 up pass: without this Kestrel refuses what is no UTF-8.
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        // Kestrel compares an absolute target with Host letter by letter; the guard has compared them as hosts are.
        options.AllowHostHeaderOverride = true;
        // Over HTTP/2 these bound what Kestrel reads before the proxy can answer: far enough above for 414 and 431 to be told.
        options.Limits.MaxRequestLineSize = 128 * 1024;
        // A head and its trailer section share these two. Over HTTP/2 a head of more than twice as many fields ends the connection:
        // not before the guard has seen the flood of CONTINUATION that brings so many.
        options.Limits.MaxRequestHeaderCount = 20 * Fields;
        options.Limits.MaxRequestHeadersTotalSize = 4 * FieldBytes;
        // The proxy has a limit of its own.
        options.Limits.MaxRequestBodySize = null;
    }
}
