namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>The exchange that an answer's body belongs to. Told once, by one of the two.</summary>
internal interface IAnswerOwner
{
    /// <summary>The answer was read to its end.</summary>
    void AnswerEnded();

    /// <summary>The answer can't be read to its end, or nobody wants to.</summary>
    void AnswerBroken();
}
