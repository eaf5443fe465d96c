namespace ActorProxy.DataPlane.Forwarding;

/// <summary>Which of an exchange's clocks ran out.</summary>
internal enum ExchangeTimeout
{
    /// <summary>No clock did.</summary>
    None,

    /// <summary>No connection could be had within the connect timeout.</summary>
    Connect,

    /// <summary>No response headers came, and no upload went on, for the request timeout.</summary>
    Headers,

    /// <summary>Nothing was heard inside a response body, or in an upgraded connection, for the stream idle timeout.</summary>
    Stream,

    /// <summary>The client sent its body too slowly before the response had begun.</summary>
    SlowUpload,

    /// <summary>The client fell silent inside its body after the response had begun.</summary>
    SilentUpload,
}
