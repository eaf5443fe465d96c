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
internal sealed class FastPathConnection : SnapshotUser, IRequestTaker
{
    private const int LongestKeptPath = 512;

    private readonly FastPathParts _parts;
    private readonly ConnectionContext _connection;
    private readonly ClientConnection _client;
    private readonly PipeWriter _output;
    private readonly byte[] _ownFields;
    private readonly Action<ExchangeClock> _cancel;
    private readonly BodilessExchange _exchange;
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
    private int _status;

    // Under the gate: shared with whoever tells that the client has gone.
    private ExchangeClock? _clock;
    private bool _isGone;

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
        _exchange = new BodilessExchange(parts.Pools);
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
            await _exchange.ReachAsync(route, _request.Written, _head);
            return await AnswerAsync(clock);
        }
        catch (Exception failure)
        {
            return await FailAsync(route, clock, failure);
        }
        finally
        {
            _exchange.End();
            Detach();
            clock.Dispose();
            _request.Clear();
            _head.Clear();
            End(route);
        }
    }

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

    /// <summary>Sends the answer on.</summary>
    /// <returns>Whether the connection may have another request.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> AnswerAsync(ExchangeClock clock)
    {
        var closes = _closes || IsDraining;
        _head.Complete(_exchange.LengthToTell, _exchange.BodyLength < 0, closes);
        if (_exchange.TryGetWhole(out var body))
        {
            _head.Append(body);
            _exchange.EndEarly();
            Start();
            await SendAsync(_head.Written);
        }
        else
        {
            Start();
            await CopyBodyAsync(clock);
        }

        return !closes;
    }

    private async ValueTask CopyBodyAsync(ExchangeClock clock)
    {
        var pieces = new BodyPieces(isChunked: _exchange.BodyLength < 0);
        var body = _exchange.OpenBody();
        try
        {
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
        if (!_exchange.HasBuffered)
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
        if (!_isGone || clock.Expired != ExchangeTimeout.None)
        {
            if (cause is not (UpstreamException or UpstreamConnectException or IOException or OperationCanceledException or ObjectDisposedException))
            {
                _parts.Logger.RequestFailed(cause);
            }

            var failure = UpstreamFailure.Of(clock.Expired, cause);
            _parts.Failures.Report(route, failure, cause);
            if (!_exchange.HasStarted)
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
        _exchange.Begin(clock, _isHead);
        lock (_gate)
        {
            _clock = clock;
            if (_isGone)
            {
                throw new OperationCanceledException("The client has gone.");
            }
        }
    }

    private void Detach()
    {
        lock (_gate)
        {
            _clock = null;
        }
    }

    private void Start()
    {
        _exchange.Start();
        _status = _exchange.Status;
    }

    private void Cancel(ExchangeClock clock)
    {
        if (_exchange.Cancel(clock))
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
