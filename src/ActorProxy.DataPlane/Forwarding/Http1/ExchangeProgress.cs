namespace ActorProxy.DataPlane.Forwarding.Http1;

/// <summary>
/// How far the two sides of an exchange have come, which run on threads of their own. Each outcome is told to exactly one caller:
/// whoever made it so.
/// </summary>
internal sealed class ExchangeProgress
{
    private readonly Lock _gate = new();
    private Upload _upload;
    private bool _answerEnded;
    private bool _decided;

    private enum Upload
    {
        /// <summary>More may follow.</summary>
        Open,

        /// <summary>The last bytes were given to the transport.</summary>
        Ending,

        /// <summary>They were taken.</summary>
        Ended,

        /// <summary>It will not end.</summary>
        Broken,
    }

    /// <summary>A new exchange.</summary>
    /// <param name="hasBody">Whether the request goes on behind its head.</param>
    public void Begin(bool hasBody)
    {
        lock (_gate)
        {
            _upload = hasBody ? Upload.Open : Upload.Ended;
            _answerEnded = false;
            _decided = false;
        }
    }

    /// <summary>The answer was read to its end. An upload that is about to end is waited for; any other is broken off.</summary>
    public ExchangeOutcome AnswerEnded()
    {
        lock (_gate)
        {
            _answerEnded = true;
            _decided = _upload != Upload.Ending;
            return !_decided ? ExchangeOutcome.Undecided : _upload == Upload.Ended ? ExchangeOutcome.Exact : ExchangeOutcome.Broken;
        }
    }

    /// <summary>The last bytes of the request are about to be sent.</summary>
    public void RequestEnding() => Advance(Upload.Ending, ExchangeOutcome.Undecided);

    /// <summary>The last bytes of the request were sent.</summary>
    public ExchangeOutcome RequestEnded() => Advance(Upload.Ended, ExchangeOutcome.Exact);

    /// <summary>The request will never end.</summary>
    public ExchangeOutcome RequestBroken() => Advance(Upload.Broken, ExchangeOutcome.Broken);

    private ExchangeOutcome Advance(Upload to, ExchangeOutcome outcome)
    {
        lock (_gate)
        {
            if (_decided)
            {
                return ExchangeOutcome.Undecided;
            }

            _upload = to;
            _decided = _answerEnded && outcome != ExchangeOutcome.Undecided;
            return _decided ? outcome : ExchangeOutcome.Undecided;
        }
    }
}
