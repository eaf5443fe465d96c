namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>The guard's answers, letter by letter, at the rig's time.</summary>
internal static class Answers
{
    public static string Of(int status)
    {
        var (reason, extra) = status switch
        {
            400 => ("Bad Request", ""),
            405 => ("Method Not Allowed", ""),
            408 => ("Request Timeout", ""),
            414 => ("URI Too Long", ""),
            429 => ("Too Many Requests", "Retry-After: 1\r\n"),
            431 => ("Request Header Fields Too Large", ""),
            _ => throw new ArgumentOutOfRangeException(nameof(status)),
        };
        return $"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {reason.Length}\r\n"
            + $"Date: Mon, 23 Nov 2026 10:00:00 GMT\r\n{extra}Connection: close\r\n\r\n{reason}";
    }
}
