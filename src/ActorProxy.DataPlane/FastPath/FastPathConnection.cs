using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Logs;
using ActorProxy.DataPlane.Forwarding;
using ActorProxy.DataPlane.Forwarding.Http1;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.Requests;
using Microsoft.AspNetCore.Connections;

namespace ActorProxy.DataPlane.FastPath;

/// <summary>
/// The ordinary requests of one TLS connection over HTTP/1.1, from the bytes of the client to those of the upstream and back, without
/// the objects that stand for a request elsewhere. What it does not take goes the general way, and both do the same.
/// </summary>
internal sealed class FastPathConnection : SnapshotUser, IRequestTaker, IAnswerOwner
{
    private const int MostInterims = 10;
    private const int LongestKeptPath = 512;

    private readonly FastPathParts _parts;
    private readonly ConnectionContext _connection;
    private readonly ClientConnection _client;
    private readonly PipeWriter _output;
    private readonly byte[] _ownFields;
    private readonly Action<ExchangeClock> _cancel;
    private readonly AnswerHead _answer = new();
    private readonly ClientHead _head;
    private readonly Lock _gate = new();

    // Where requests of this connection went last: most go there again. By number: an idle connection must not keep a table alive.
    private long _revision = -1;
    private byte[] _host = [];
    private SiteRoute? _route;

    // The request.
    private RoutingTable? _table;
    private WriteBuffer _request;
    private char[] _path = [];
    private int _pathLength;
    private bool _isHead;
    private bool _closes;
    private int _interims;
    private bool _mayKeep;
    private bool _received;
    private int _status;

    // Shared with the clock and with whoever tells that the client has gone.
    private ExchangeClock? _clock;
    private UpstreamConnection? _upstream;
    private bool _isCancelled;
    private bool _isGone;
    private bool _hasStarted;

    /// <param name="parts">What all connections share.</param>
    /// <param name="connection">Its end tells that the client has gone.</param>
    /// <param name="client">The same connection, as requests see it.</param>
    /// <param name="output">Where answers go; empty whenever a request is taken.</param>
    public FastPathConnection(FastPathParts parts, ConnectionContext connection, ClientConnection client, PipeWriter output)
    {
        _parts = parts;
        _connection = connection;
        _client = client;
        _output = output;
        _ownFields = Encoding.ASCII.GetBytes(
            $"X-Real-IP: {client.ClientIpText}\r\nX-Forwarded-For: {client.ClientIpText}\r\nX-Forwarded-Proto: https\r\n");
        _cancel = Cancel;
        _head = new ClientHead(parts.Date);
        connection.ConnectionClosed.UnsafeRegister(static state => ((FastPathConnection)state!).ClientLeft(), this);
    }

    private bool IsDraining => _client.Transport is { IsDraining: true };

    public bool TryTake(in ReadOnlySequence<byte> head)
    {
        // A connection that is to end must say so in its last answer: that is the general path's affair.
        if (!head.IsSingleSegment || IsDraining)
        {
            return false;
        }

        if (OrdinaryHead.TryForward(head.FirstSpan, _ownFields, ref _request, out var request)
            && FindRoute(request.Host) is { Site.UpstreamHttpVersion: UpstreamHttpVersion.Http11 } route
            && _parts.Buckets.TryTake(_client.ClientIp, out _))
        {
            Begin(route, request);
            return true;
        }

        _table = null;
        _request.Clear();
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ServeAsync()
    {
        var route = _route!;
        var clock = _parts.Clocks.Begin(route, limitsDrip: false, _cancel);
        try
        {
            Attach(clock);
            await ReachAsync(route, clock);
            clock.ResponseBegan(upgrades: false);
            return await AnswerAsync(clock);
        }
        catch (Exception failure)
        {
            return await FailAsync(route, clock, failure);
        }
        finally
        {
            Detach();
            clock.Dispose();
            _request.Clear();
            _head.Clear();
            End(route);
        }
    }

    void IAnswerOwner.AnswerEnded() => Release(_mayKeep && _upstream!.Buffered.IsEmpty);

    void IAnswerOwner.AnswerBroken() => Release(keeps: false);

    private SiteRoute? FindRoute(ReadOnlySpan<byte> host)
    {
        var table = _parts.Live.Current;
        _table = table;
        if (table.Revision == _revision && host.SequenceEqual(_host))
        {
            return _route;
        }

        Span<char> text = stackalloc char[256];
        if (host.Length > text.Length || !Authority.TryRead(text[..Encoding.Latin1.GetChars(host, text)], out var authority))
        {
            return null;
        }

        Span<char> lower = stackalloc char[256];
        _revision = table.Revision;
        _host = host.ToArray();
        _route = table.FindSite(authority.LowerHost(lower), table.FindEndpoint(_client.Listener)?.HttpsAddress ?? _client.Listener);
        return _route;
    }

    private void Begin(SiteRoute route, in OrdinaryHead request)
    {
        var query = request.Target.IndexOf((byte)'?');
        var path = query < 0 ? request.Target : request.Target[..query];
        if (_path.Length < path.Length)
        {
            _path = new char[Math.Max(64, path.Length)];
        }

        _pathLength = Encoding.Latin1.GetChars(path, _path);
        _isHead = request.IsHead;
        _closes = request.Closes;
        _status = 0;
        Began = _parts.Time.GetTimestamp();
        _client.RequestBegan();
        _table!.Use.Begin(this);
        route.Counters.Begin();
    }

    private void End(SiteRoute route)
    {
        var line = new RequestLine
        {
            ClientIp = _client.ClientIp,
            Host = route.Site.Host,
            Method = _isHead ? "HEAD" : "GET",
            Path = _path.AsSpan(0, _pathLength),
            Status = _status == 0 ? RequestPipeline.ClientClosedRequest : _status,
            Upstream = route.UpstreamText,
            Duration = _parts.Time.GetElapsedTime(Began),
            Revision = _table!.Revision,
        };
        _table.Use.End(this);
        _table = null;
        if (_path.Length > LongestKeptPath)
        {
            _path = [];
        }

        route.Counters.End(line.Status, line.Duration);
        _parts.Log.Request(line);
        _client.RequestEnded();
    }

    /// <summary>Sends the request and reads the head of the answer; the upstream's connection is then attached.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReachAsync(SiteRoute route, ExchangeClock clock)
    {
        var fresh = false;
        if (_parts.Pools.For(route).TryRent() is { } pooled)
        {
            clock.Sending();
            try
            {
                await ExchangeHeadsAsync(pooled);
                return;
            }
            catch (Exception) when (pooled.IsReused && !_received && !_isCancelled)
            {
                // Closed while idle, noticed too late. Once more, on a connection that can't be stale.
                fresh = true;
            }
        }

        var connection = await _parts.Pools.ConnectAsync(route, fresh, clock.Token);
        clock.Sending();
        await ExchangeHeadsAsync(connection);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ExchangeHeadsAsync(UpstreamConnection upstream)
    {
        _received = false;
        _interims = 0;
        _answer.Begin(_head);
        Attach(upstream);
        try
        {
            await upstream.WriteAsync(_request.Written, CancellationToken.None);
            while (!TryReadHead(upstream))
            {
                var count = await upstream.FillAsync(CancellationToken.None);
                if (count == 0)
                {
                    throw new UpstreamException(UpstreamFailureKind.Closed, "The upstream closed the connection before its answer was complete.");
                }

                _received = true;
                upstream.Received(count);
            }
        }
        catch
        {
            Release(keeps: false);
            throw;
        }
    }

    private bool TryReadHead(UpstreamConnection upstream)
    {
        while (true)
        {
            var complete = _answer.TryRead(upstream.Buffered, out var consumed);
            upstream.Consume(consumed);
            if (!complete)
            {
                return false;
            }

            if (_answer.Status == 101)
            {
                throw UpstreamException.Protocol("The upstream switches protocols unasked.");
            }

            if (_answer.IsFinal)
            {
                return true;
            }

            if (++_interims > MostInterims)
            {
                throw UpstreamException.Protocol("The upstream sends interim answers without end.");
            }

            _answer.Begin(_head);
        }
    }

    /// <summary>Sends the answer on.</summary>
    /// <returns>Whether the connection may have another request.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> AnswerAsync(ExchangeClock clock)
    {
        var upstream = _upstream!;
        var framing = AnswerFraming.Of(_answer, _isHead);
        upstream.LimitIdle(_answer.KeepAliveSecs);
        _mayKeep = framing.KeepsConnection;

        // RFC 9110 §15.3.6: a 205 has no content, and its length says so. What came is dropped, and the connection with it.
        var dropsBody = _answer.Status == 205;
        var hasBody = framing.Length != 0 && !dropsBody;
        var isChunked = hasBody && framing.Length < 0;
        var closes = _closes || IsDraining;
        _head.Complete(LengthToTell(dropsBody), isChunked, closes);
        if (hasBody && framing.Length > 0 && upstream.Buffered.Length >= framing.Length)
        {
            _head.Append(upstream.Buffered[..(int)framing.Length]);
            upstream.Consume((int)framing.Length);
            hasBody = false;
        }
        else if (dropsBody && framing.Length != 0)
        {
            _mayKeep = false;
        }

        if (hasBody)
        {
            await CopyBodyAsync(new AnswerStream(this, upstream, _head, framing.Length), isChunked, clock);
            return !closes;
        }

        // Before the client sees the end, and asks again.
        Release(_mayKeep && upstream.Buffered.IsEmpty);
        Start();
        await SendAsync(_head.Written);
        return !closes;
    }

    // What an answer without a body says of its length stands (HEAD, 304), but not in a 204: RFC 9110 §8.6.
    private long? LengthToTell(bool dropsBody) => dropsBody ? 0
        : _answer.Status == 204 || _answer.ContentLength < 0 ? null
        : _answer.ContentLength;

    private async ValueTask CopyBodyAsync(AnswerStream body, bool isChunked, ExchangeClock clock)
    {
        var pieces = new BodyPieces(isChunked);
        try
        {
            Start();
            await SendFirstAsync(body, pieces, clock);
            while (!body.HasEnded)
            {
                // Waits without a buffer.
                pieces.Return();
                await body.WaitAsync();
                clock.Heard();
                var count = await body.ReadAsync(pieces.Space);
                clock.Heard();
                await SendAsync(pieces.Frame(count, _head.Trailers, body.HasEnded));
            }
        }
        finally
        {
            pieces.Return();
            await body.DisposeAsync();
        }
    }

    /// <summary>What has come with the head goes out with it; the head of an upstream that is silent behind it goes out alone.</summary>
    private async ValueTask SendFirstAsync(AnswerStream body, BodyPieces pieces, ExchangeClock clock)
    {
        if (_upstream!.Buffered.IsEmpty)
        {
            await SendAsync(_head.Written);
            return;
        }

        var read = body.ReadAsync(pieces.Space);
        if (read.IsCompleted)
        {
            _head.Append(pieces.Frame(await read, _head.Trailers, body.HasEnded).Span);
            await SendAsync(_head.Written);
            return;
        }

        // Both are waited for, whatever becomes of either: the piece is the read's until it ends.
        var rest = read.AsTask();
        await Task.WhenAll(SendAsync(_head.Written).AsTask(), rest);
        clock.Heard();
        await SendAsync(pieces.Frame(await rest, _head.Trailers, body.HasEnded));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _output.WriteAsync(bytes);
        }
        catch
        {
            // Whatever it is, nobody takes the answer any more.
            ClientLeft();
            throw;
        }
    }

    /// <summary>Answers in the proxy's own name, or breaks off what has begun.</summary>
    /// <returns>Whether the connection may have another request.</returns>
    private async ValueTask<bool> FailAsync(SiteRoute route, ExchangeClock clock, Exception cause)
    {
        Release(keeps: false);
        if (!_isGone || clock.Expired != ExchangeTimeout.None)
        {
            if (cause is not (UpstreamException or UpstreamConnectException or IOException or OperationCanceledException or ObjectDisposedException))
            {
                _parts.Logger.RequestFailed(cause);
            }

            var failure = UpstreamFailure.Of(clock.Expired, cause);
            _parts.Failures.Report(route, failure, cause);
            if (!_hasStarted)
            {
                return await AnswerAsync(failure.Status);
            }
        }

        Abort();
        return false;
    }

    private async ValueTask<bool> AnswerAsync(int status)
    {
        var closes = _closes || IsDraining;
        _status = status;
        try
        {
            await SendAsync(ErrorAnswer.Compose(status, _isHead, closes, _parts.Date.Line));
            return !closes;
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Abort() => _connection.Abort(new ConnectionAbortedException("The response can't be completed."));

    private void Attach(ExchangeClock clock)
    {
        lock (_gate)
        {
            _clock = clock;
            _hasStarted = false;
            _isCancelled = _isGone;
            ThrowIfCancelled();
        }
    }

    private void Attach(UpstreamConnection upstream)
    {
        lock (_gate)
        {
            _upstream = upstream;
            if (!_isCancelled)
            {
                return;
            }
        }

        Release(keeps: false);
        ThrowIfCancelled();
    }

    private void Start()
    {
        lock (_gate)
        {
            ThrowIfCancelled();
            _hasStarted = true;
        }

        _status = _answer.Status;
    }

    private void Detach()
    {
        lock (_gate)
        {
            _clock = null;
        }
    }

    private void ThrowIfCancelled()
    {
        if (_isCancelled)
        {
            throw new OperationCanceledException("The exchange was given up.");
        }
    }

    // The upstream's connection leaves this exchange, once: back to its pool when it is fit for another one.
    private void Release(bool keeps)
    {
        UpstreamConnection? upstream;
        lock (_gate)
        {
            upstream = _upstream;
            _upstream = null;
            keeps &= !_isCancelled;
        }

        if (keeps)
        {
            upstream?.Pool.Return(upstream);
        }
        else
        {
            upstream?.Close();
        }
    }

    // On any thread, and perhaps too late: the clock tells which exchange is meant.
    private void Cancel(ExchangeClock clock)
    {
        UpstreamConnection? upstream;
        bool hasStarted;
        lock (_gate)
        {
            if (_clock != clock)
            {
                return;
            }

            _isCancelled = true;
            upstream = _upstream;
            hasStarted = _hasStarted;
        }

        upstream?.Abort();
        if (hasStarted)
        {
            // It may be waiting for a client that takes nothing.
            Abort();
        }
    }

    private void ClientLeft()
    {
        lock (_gate)
        {
            _isGone = true;
            _clock?.GiveUp();
        }
    }
}
