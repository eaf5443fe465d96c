namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>What the guard may answer by itself.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Reason">The reason phrase, and the body.</param>
internal sealed record Refusal(int Status, string Reason)
{
    public static readonly Refusal BadRequest = new(400, "Bad Request");
    public static readonly Refusal MethodNotAllowed = new(405, "Method Not Allowed");
    public static readonly Refusal RequestTimeout = new(408, "Request Timeout");
    public static readonly Refusal TargetTooLong = new(414, "URI Too Long");
    public static readonly Refusal TooManyRequests = new(429, "Too Many Requests");
    public static readonly Refusal FieldsTooLarge = new(431, "Request Header Fields Too Large");
}
