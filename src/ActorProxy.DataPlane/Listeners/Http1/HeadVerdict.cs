namespace ActorProxy.DataPlane.Listeners.Http1;

/// <summary>What is known of a head after the bytes so far.</summary>
internal enum HeadVerdict
{
    Incomplete,
    Complete,
    Refused,
}
