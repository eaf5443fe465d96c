using System.Collections.Concurrent;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>
/// Accepts, reads and writes for the admin socket on a thread of its own that waits in poll(2): neither a starved thread pool nor
/// actors that hang nor a process without a free descriptor keep root's <c>status</c> from being answered. The one place that blocks
/// on purpose.
/// </summary>
internal sealed class AdminThread : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly AdminThreadParts _parts;
    private readonly SpareDescriptors _spares;
    private readonly SocketGuard _guard;
    private readonly Acceptor _acceptor;
    private readonly AdminConnectionParts _connectionParts;
    private readonly WakeEvent _wake = new();
    private readonly Poller _poller = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly List<(AdminConnection Connection, ConnectedClient Client)> _clients = [];
    private readonly Thread _thread;
    private IActorRef? _owner;
    private long _lastNumber;
    private bool _stopping;

    public AdminThread(AdminThreadParts parts)
    {
        _parts = parts;
        _spares = new SpareDescriptors(parts.Settings.SpareDescriptors);
        _guard = new SocketGuard(parts.Place, _spares);
        _acceptor = new Acceptor(_spares, parts.Log, parts.Time);
        _connectionParts = new AdminConnectionParts
        {
            Settings = parts.Settings,
            ReadTimeout = parts.ReadTimeout,
            MaxCommandBytes = parts.MaxCommandBytes,
            Parser = parts.Parser,
            Published = parts.Published,
            Audit = new AdminAudit(parts.Log, parts.Metrics, parts.Time),
            Close = stream => _spares.Close(stream.Handle),
            Tell = Tell,
            Time = parts.Time,
        };
        _thread = new Thread(Run) { IsBackground = true, Name = "admin-socket" };
    }

    // More than the pool can hold, the few included that have their answer and linger. Root may go beyond, or a crowd would keep it out.
    private int Crowd => _parts.MaxConnections + _parts.Settings.SpareConnections;

    private bool IsCrowded => _clients.Count > Crowd;

    public void Start() => _thread.Start();

    /// <summary>Runs something on the thread. Any thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        _wake.Set();
    }

    /// <summary>The actor that decides from now on; what an older one asks is no longer heard. Clients without an actor are told to it.</summary>
    public void TakeOver(IActorRef owner) => Post(() =>
    {
        _owner = owner;
        foreach (var (connection, client) in _clients)
        {
            if (!connection.IsAttended)
            {
                owner.Tell(new AdminSocketMessages.ClientConnected(client));
            }
        }
    });

    /// <summary>Binds, or binds again; answered by <see cref="AdminSocketMessages.SocketTried"/>.</summary>
    public void Bind(IActorRef owner) => PostFor(owner, () => owner.Tell(new AdminSocketMessages.SocketTried(_guard.Bind())));

    /// <summary>Looks at the path; answered by <see cref="AdminSocketMessages.SocketExamined"/>.</summary>
    public void Examine(IActorRef owner) => PostFor(owner, () => owner.Tell(new AdminSocketMessages.SocketExamined(_guard.Examine())));

    /// <summary>Stops listening and removes the file, if it is ours and its actor is still the newest.</summary>
    public void Release(IActorRef owner) => PostFor(owner, () =>
    {
        _owner = null;
        ReleaseSocket();
    });

    /// <summary>Removes the file if it is ours, closes every connection and ends the thread.</summary>
    public void Dispose()
    {
        Post(() => _stopping = true);
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted) || _thread.Join(StopTimeout))
        {
            _guard.Dispose();
            _spares.Dispose();
            _wake.Dispose();
        }
    }

    private void PostFor(IActorRef owner, Action action) => Post(() =>
    {
        if (owner.Equals(_owner))
        {
            action();
        }
    });

    private void Run()
    {
        Guarded(_parts.Published.WarmUp);
        while (!_stopping)
        {
            var (listener, wait) = Prepare();
            _poller.Wait(wait);
            _wake.Reset();
            RunPosted();
            ServeClients();
            if (_poller.IsReady(listener))
            {
                Guarded(Accept);
            }

            _spares.Replenish();
        }

        ReleaseSocket();
        foreach (var (connection, _) in _clients)
        {
            connection.End();
        }
    }

    private (int Listener, TimeSpan Wait) Prepare()
    {
        _poller.Clear();
        _poller.Add(_wake.Handle, PollInterest.Read);
        var deadline = _acceptor.PausedUntil;
        var listener = _guard.Listener is { } bound && deadline == long.MaxValue ? _poller.Add(bound.Handle, PollInterest.Read) : -1;
        foreach (var (connection, _) in _clients)
        {
            connection.Polled = (_poller.Add(connection.Stream.Handle, connection.Interest), connection.Interest);
            deadline = Math.Min(deadline, connection.Deadline);
        }

        return (listener, deadline == long.MaxValue ? Timeout.InfiniteTimeSpan : Until(deadline));
    }

    private void RunPosted()
    {
        while (_posted.TryDequeue(out var action))
        {
            Guarded(action);
        }
    }

    private void ServeClients()
    {
        var now = _parts.Time.GetTimestamp();
        foreach (var (connection, _) in _clients)
        {
            Guarded(() => Serve(connection, now), connection);
        }

        _parts.Metrics.AdminConnections.Add(-_clients.RemoveAll(client => client.Connection.Phase == AdminPhase.Closed));
    }

    private void Serve(AdminConnection connection, long now)
    {
        // What was posted meanwhile may have moved it on: then what it was polled for means nothing any more.
        if (connection.Polled.Interest == connection.Interest && _poller.IsReady(connection.Polled.Index))
        {
            connection.BecomeReady();
        }

        if (connection.Deadline <= now && connection.Phase != AdminPhase.Closed)
        {
            connection.PassDeadline();
        }
    }

    private void Accept()
    {
        foreach (var stream in _acceptor.Take(_guard.Listener))
        {
            Guarded(() => Admit(stream));
        }
    }

    // The credentials come first: nobody else costs more than one short answer.
    private void Admit(UnixStream stream)
    {
        if (ReadCredentials(stream) is not { } peer)
        {
            return;
        }

        var role = _parts.Access.RoleOf(peer);
        var connection = new AdminConnection(stream, peer, role ?? AdminRole.Viewer, _connectionParts);
        var client = new ConnectedClient(connection, this)
        {
            Number = ++_lastNumber,
            Peer = peer,
            Role = role ?? AdminRole.Viewer,
            IsRootOrOwn = _parts.Access.IsRootOrOwn(peer),
        };
        _clients.Add((connection, client));
        _parts.Metrics.AdminConnections.Increment();
        if (role is null)
        {
            Refuse(connection, AdminRefusal.Forbidden);
        }
        else if (IsCrowded && !(client.IsRootOrOwn && _clients.Count <= 2 * Crowd))
        {
            Refuse(connection, AdminRefusal.Busy);
        }
        else
        {
            _owner?.Tell(new AdminSocketMessages.ClientConnected(client));
        }
    }

    private void Refuse(AdminConnection connection, AdminRefusal refusal)
    {
        var answer = new AdminAnswer.Refused(refusal);
        if (connection.TryClaim(answer, ParsedLine.NoName))
        {
            connection.Send(answer);
        }

        // Those beyond every bound are not lingered with, so that descriptors stay bounded too.
        if (IsCrowded)
        {
            connection.End();
        }
    }

    private PeerCredentials? ReadCredentials(UnixStream stream)
    {
        try
        {
            return PeerCredentials.Of(stream.Handle);
        }
        catch (LinuxException exception)
        {
            _parts.Log.Story(exception, ErrorId.New(), "a connection without credentials was closed");
            _spares.Close(stream.Handle);
            return null;
        }
    }

    private void ReleaseSocket()
    {
        if (_guard.Release() is { } left)
        {
            _parts.Log.SocketNote(left);
        }
    }

    private string Tell(string reason)
    {
        var errorId = ErrorId.New();
        _parts.Log.Story(null, errorId, reason);
        return errorId;
    }

    // A bug here must end one client, not the proxy: there is no supervisor above a thread.
    private void Guarded(Action action, AdminConnection? connection = null)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            _parts.Log.Story(exception, ErrorId.New(), "the admin channel's thread failed and goes on");
            connection?.End();
        }
    }

    private TimeSpan Until(long deadline)
    {
        var now = _parts.Time.GetTimestamp();
        return deadline <= now ? TimeSpan.Zero : _parts.Time.GetElapsedTime(now, deadline);
    }
}
