namespace ActorProxy.Core.AdminLanguage;

/// <summary>What the environment says of a token.</summary>
public abstract record AdminTokenResult
{
    private AdminTokenResult()
    {
    }

    /// <summary>None is asked for.</summary>
    public sealed record None : AdminTokenResult;

    /// <summary>Commands must begin with it.</summary>
    /// <param name="Token">The token.</param>
    public sealed record Found(AdminToken Token) : AdminTokenResult;

    /// <summary>One was given and can't be used: an invalid configuration.</summary>
    /// <param name="Problem">One sentence that says what to change, without the token.</param>
    public sealed record Invalid(string Problem) : AdminTokenResult;
}
