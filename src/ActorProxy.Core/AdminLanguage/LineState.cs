namespace ActorProxy.Core.AdminLanguage;

/// <summary>What is known of a line that is being read.</summary>
public enum LineState
{
    /// <summary>Its end has not come.</summary>
    Incomplete,

    /// <summary>It is whole.</summary>
    Complete,

    /// <summary>It is longer than the limit, whether its end has come or not.</summary>
    TooLong,
}
