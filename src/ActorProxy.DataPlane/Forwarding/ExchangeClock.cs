namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// All clocks of one exchange behind one timer: activity only writes down when it was, and the timer, when it fires, looks how
/// much is left. Any thread calls. Reused, with its timer still running, by exchanges after it: most never touch the timer.
/// </summary>
internal sealed class ExchangeClock : IDisposable
{
    // An HTTP/1.1 body below 240 bytes/s for 5 s.
    private const int DripBytes = 240 * DripSecs;
    private const int DripSecs = 5;
    private const long Never = long.MaxValue;

    private readonly Lock _lock = new();
    private readonly ExchangeClocks _home;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _expiry = new();
    private readonly ITimer _timer;
    private SiteRoute? _site;
    private bool _limitsDrip;
    private Phase _phase;
    private long _armedFor = Never;
    private long _heard;
    private bool _mayBeHeldOn;
    private bool _uploads;
    private bool _waitsForClient;
    private long _uploadHeard;
    private long _dripBegan;
    private int _dripBytes;
    private bool _ended;
    private Action<ExchangeClock>? _cancelled;

    public ExchangeClock(ExchangeClocks home, TimeProvider time)
    {
        _home = home;
        _time = time;
        _timer = time.CreateTimer(
            static clock => ((ExchangeClock)clock!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private enum Phase
    {
        Connecting,
        AwaitingHeaders,
        Streaming,
        Tunneling,
    }

    /// <summary>Canceled when a clock ran out.</summary>
    public CancellationToken Token => _expiry.Token;

    /// <summary>Which clock ran out, if one did.</summary>
    public ExchangeTimeout Expired { get; private set; }

    /// <summary>Whether the client's body is still on its way.</summary>
    public bool Uploads
    {
        get
        {
            lock (_lock)
            {
                return _uploads;
            }
        }
    }

    private SiteRoute Site => _site ?? throw new InvalidOperationException("a clock of no exchange");

    /// <summary>An exchange begins, with waiting for a connection.</summary>
    /// <param name="site">Its timeouts.</param>
    /// <param name="limitsDrip">Whether an upload below 240 bytes/s ends the exchange: over HTTP/1.</param>
    /// <param name="cancelled">Called when a clock ran out, or the exchange was given up; perhaps after it has ended.</param>
    public void Begin(SiteRoute site, bool limitsDrip, Action<ExchangeClock>? cancelled = null)
    {
        lock (_lock)
        {
            _site = site;
            _cancelled = cancelled;
            _limitsDrip = limitsDrip;
            _mayBeHeldOn = false;
            _ended = false;
            Enter(Phase.Connecting);
        }
    }

    /// <summary>A connection was found, and the head goes out: from here the request timeout counts. Later calls change nothing.</summary>
    public void Sending()
    {
        lock (_lock)
        {
            if (_phase == Phase.Connecting)
            {
                Enter(Phase.AwaitingHeaders);
            }
        }
    }

    /// <summary>The response's headers came.</summary>
    /// <param name="upgrades">Whether the connection is a tunnel from here on.</param>
    public void ResponseBegan(bool upgrades)
    {
        lock (_lock)
        {
            _uploadHeard = _time.GetTimestamp();
            _mayBeHeldOn |= upgrades;
            Enter(upgrades ? Phase.Tunneling : Phase.Streaming);
        }
    }

    /// <summary>Bytes of the response came, or of either direction of a tunnel.</summary>
    public void Heard() => Volatile.Write(ref _heard, _time.GetTimestamp());

    /// <summary>The upload begins: the client's next bytes are waited for.</summary>
    public void UploadBegan()
    {
        lock (_lock)
        {
            _uploads = _mayBeHeldOn = true;
            AwaitClient();
        }
    }

    /// <summary>Bytes of the client's body came, and go to the upstream.</summary>
    public void UploadCame(int bytes)
    {
        lock (_lock)
        {
            _waitsForClient = false;
            _dripBytes += bytes;
            UploadMoved();
        }
    }

    /// <summary>The upstream took them; the client's next bytes are waited for.</summary>
    /// <param name="came">Timestamp of <see cref="UploadCame"/>: time that the upstream took is not the client's.</param>
    public void UploadWent(long came)
    {
        lock (_lock)
        {
            UploadMoved();
            _dripBegan += _time.GetTimestamp() - came;
            if (_dripBytes >= DripBytes)
            {
                AwaitClient();
            }
            else
            {
                _waitsForClient = true;
                ArmEarlier();
            }
        }
    }

    /// <summary>The upload is complete, or will never be.</summary>
    public void UploadEnded()
    {
        lock (_lock)
        {
            _uploads = false;
            UploadMoved();
        }
    }

    /// <summary>
    /// Nobody wants the answer any more. Not to be called after <see cref="Dispose"/>: who makes sure of that by a lock may hold it,
    /// as what waits for <see cref="Token"/> goes on elsewhere.
    /// </summary>
    public void GiveUp()
    {
        _ = _expiry.CancelAsync();
        _cancelled?.Invoke(this);
    }

    /// <summary>
    /// The exchange is over. An upload or a tunnel may still tell of its last bytes, which the clock of another exchange must not
    /// hear: after those it is not used again.
    /// </summary>
    public void Dispose()
    {
        bool reusable;
        lock (_lock)
        {
            _ended = true;
            reusable = !_mayBeHeldOn && Expired == ExchangeTimeout.None;
        }

        if (!reusable || !_expiry.TryReset() || !_home.TryTakeBack(this))
        {
            _timer.Dispose();
        }
    }

    private void Enter(Phase phase)
    {
        _phase = phase;
        Heard();
        ArmEarlier();
    }

    private void UploadMoved()
    {
        _uploadHeard = _time.GetTimestamp();
        if (_phase == Phase.AwaitingHeaders)
        {
            Volatile.Write(ref _heard, _uploadHeard);
        }
    }

    private void AwaitClient()
    {
        _waitsForClient = true;
        _uploadHeard = _dripBegan = _time.GetTimestamp();
        _dripBytes = 0;
        ArmEarlier();
    }

    // The timer may fire too early, never too late.
    private void ArmEarlier()
    {
        var deadline = Next().Deadline;
        if (deadline < _armedFor)
        {
            Arm(deadline);
        }
    }

    private void Arm(long deadline)
    {
        _armedFor = deadline;
        if (!_ended && deadline != Never)
        {
            var left = _time.GetElapsedTime(_time.GetTimestamp(), deadline);
            // Timers count whole milliseconds: one more, so that the deadline has passed when it fires.
            _timer.Change(left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            _armedFor = Never;
            if (_ended || Expired != ExchangeTimeout.None)
            {
                return;
            }

            var (deadline, timeout) = Next();

            if (deadline > _time.GetTimestamp())
            {
                Arm(deadline);
                return;
            }

            Expired = timeout;
        }

        GiveUp();
    }

    private (long Deadline, ExchangeTimeout Timeout) Next()
    {
        var main = _phase switch
        {
            Phase.Connecting => (After(_heard, Site.ConnectTimeout), ExchangeTimeout.Connect),
            Phase.AwaitingHeaders => (After(Volatile.Read(ref _heard), Site.RequestTimeout),
                _uploads && _waitsForClient ? ExchangeTimeout.SlowUpload : ExchangeTimeout.Headers),
            _ => (After(Volatile.Read(ref _heard), Site.StreamIdleTimeout), ExchangeTimeout.Stream),
        };
        var upload = NextOfUpload();
        return upload.Deadline < main.Item1 ? upload : main;
    }

    private (long Deadline, ExchangeTimeout Timeout) NextOfUpload() => _phase switch
    {
        _ when !_uploads => (Never, ExchangeTimeout.None),
        Phase.Streaming => (After(_uploadHeard, Site.StreamIdleTimeout), ExchangeTimeout.SilentUpload),
        _ when _limitsDrip && _waitsForClient => (After(_dripBegan, TimeSpan.FromSeconds(DripSecs)), ExchangeTimeout.SlowUpload),
        _ => (Never, ExchangeTimeout.None),
    };

    private long After(long timestamp, TimeSpan limit) =>
        limit == Timeout.InfiniteTimeSpan ? Never : timestamp + (long)(limit.TotalSeconds * _time.TimestampFrequency);
}
