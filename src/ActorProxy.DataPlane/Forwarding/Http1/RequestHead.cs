using System.Buffers;
using System.Net.Http.Headers;
using System.Text;

namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// Writes a message's head: values as they are, in their number and order, <c>Host</c> first (RFC 9110 §7.2), and framing by
/// what the content's headers say. What the head means for the exchange is remembered.
/// </summary>
internal struct RequestHead
{
    /// <summary>No body follows.</summary>
    public const long NoBody = -2;

    /// <summary>The body's length is told by chunks.</summary>
    public const long Chunked = -1;

    /// <summary>The length of the body, or <see cref="NoBody"/>, or <see cref="Chunked"/>.</summary>
    public long BodyLength { get; private set; }

    public bool AsksUpgrade { get; private set; }

    public bool AsksContinue { get; private set; }

    /// <summary>The request itself says that the connection ends with it.</summary>
    public bool SaysClose { get; private set; }

    /// <exception cref="UpstreamException">The message can't be written without changing its meaning.</exception>
    public void Write(HttpRequestMessage request, ref WriteBuffer output)
    {
        output.WriteLatin1(request.Method.Method);
        output.Write(" "u8);
        output.WriteLatin1(Target(request));
        output.Write(" HTTP/1.1\r\n"u8);
        WriteHost(request, ref output);
        WriteFields(request.Headers.NonValidated, ref output);
        BodyLength = NoBody;
        if (request.Content is { } content)
        {
            WriteFields(content.Headers.NonValidated, ref output);
            WriteFraming(content, ref output);
        }

        output.Write("\r\n"u8);
    }

    private static string Target(HttpRequestMessage request)
    {
        if (!request.Options.TryGetValue(UpstreamRequest.RawTarget, out var target))
        {
            target = request.RequestUri!.PathAndQuery;
        }

        return target.Length > 0 && target.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? target
            : throw UpstreamException.InvalidRequest("The request target is not visible ASCII.");
    }

    private static void WriteHost(HttpRequestMessage request, ref WriteBuffer output)
    {
        if (request.Headers.NonValidated.TryGetValues("Host", out var hosts))
        {
            WriteField("Host", hosts, ref output);
            return;
        }

        output.Write("Host: "u8);
        output.WriteLatin1(request.RequestUri!.Authority);
        output.Write("\r\n"u8);
    }

    private static void WriteField(string name, HeaderStringValues values, ref WriteBuffer output)
    {
        foreach (var value in values)
        {
            output.WriteLatin1(name);
            output.Write(": "u8);
            output.WriteLatin1(value);
            output.Write("\r\n"u8);
        }
    }

    private static long ParseLength(string digits)
    {
        Span<byte> ascii = stackalloc byte[20];
        return Ascii.FromUtf16(digits, ascii, out var written) == OperationStatus.Done
            && AnswerFields.ParseLength(ascii[..written]) is var length and >= 0
            ? length
            : throw UpstreamException.InvalidRequest("The length of the request is malformed or doubled.");
    }

    private static bool Is(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private void WriteFields(HttpHeadersNonValidated fields, ref WriteBuffer output)
    {
        foreach (var (name, values) in fields)
        {
            switch (name.Length)
            {
                case 4 when Is(name, "Host"):
                case 14 when Is(name, "Content-Length"):
                case 17 when Is(name, "Transfer-Encoding"):
                    // Written elsewhere, once, as the content is framed.
                    continue;
                case 6 when Is(name, "Expect"):
                    AsksContinue = Is(values.ToString(), "100-continue");
                    break;
                case 7 when Is(name, "Upgrade"):
                    AsksUpgrade = true;
                    break;
                case 10 when Is(name, "Connection"):
                    SaysClose |= values.ToString().Contains("close", StringComparison.OrdinalIgnoreCase);
                    break;
            }

            WriteField(name, values, ref output);
        }
    }

    private void WriteFraming(HttpContent content, ref WriteBuffer output)
    {
        if (content.Headers.NonValidated.TryGetValues("Content-Length", out var values))
        {
            WriteLength(ParseLength(values.ToString()), ref output);
        }
        else if (content is BodilessContent)
        {
            // Only there to carry fields. Asked for its length it would remember one, and a second attempt would send it.
            return;
        }
        else if (content.Headers.ContentLength is not { } computed)
        {
            BodyLength = Chunked;
            output.Write("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (computed > 0)
        {
            WriteLength(computed, ref output);
        }

        // Else the content is only there to carry headers: a request without a body and without a length stays one.
    }

    private void WriteLength(long length, ref WriteBuffer output)
    {
        BodyLength = length == 0 ? NoBody : length;
        output.Write("Content-Length: "u8);
        output.WriteDecimal(length);
        output.Write("\r\n"u8);
    }
}
