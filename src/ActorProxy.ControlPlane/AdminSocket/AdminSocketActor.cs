using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Planes;
using Akka.Actor;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>Owns the admin socket and its slots: has the path bound, watched and bound again, and makes one actor for each client.</summary>
internal sealed class AdminSocketActor : ControlPlaneActor, IWithTimers
{
    private const string Component = "admin_socket";

    private readonly AdminChannel _channel;
    private readonly ControlPlaneRefs _refs;
    private readonly ConnectionPool _pool;
    private readonly Dictionary<long, (ConnectedClient Client, IActorRef Actor)> _connections = [];
    private readonly HashSet<long> _ending = [];
    private readonly Queue<ConnectedClient> _waiting = new();
    private readonly DescriptorDrill _drill = new();
    private AdminConversation? _conversation;
    private long _refusalLoggedAt;

    public AdminSocketActor(AdminChannel channel, ControlPlaneRefs refs)
    {
        _channel = channel;
        _refs = refs;
        _pool = new ConnectionPool(channel.MaxConnections);
        Binding();
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    private AdminSocketSettings Settings => _channel.Settings;

    public static Props Props(AdminChannel channel, ControlPlaneRefs refs) =>
        Akka.Actor.Props.Create(() => new AdminSocketActor(channel, refs));

    protected override void PreStart()
    {
        base.PreStart();
        var routes = new CommandRoutes(_refs, Self, _channel.Published, _channel.RequestStop);
        _conversation = new AdminConversation(_channel.Parser, routes, Settings, _channel.Tell);
        _channel.Thread.TakeOver(Self);
        _channel.Thread.Bind(Self);
    }

    // Also at a crash, through the default PreRestart: connections end with their actors, and the next incarnation binds again.
    protected override void PostStop()
    {
        _channel.Thread.Release(Self);
        _drill.Dispose();
        foreach (var (number, connection) in _connections)
        {
            _channel.Ledger.Unregister($"{ActorNames.AdminSocket}/connection-{number}", connection.Actor);
        }
    }

    // A connection's client is gone or confused by then, and its slot comes back by its end: so it is stopped, never restarted.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, Timeout.Infinite, EndConnection, loggingEnabled: false);

    private void Binding()
    {
        Clients();
        Receive<AdminSocketMessages.SocketTried>(tried => TakeBinding(tried.Result));
        Receive<BindDue>(_ => _channel.Thread.Bind(Self));
        Receive<AdminSocketMessages.SocketExamined>(_ => { });
        Receive<CheckSocketFile>(_ => { });
    }

    private void Bound()
    {
        Clients();
        Receive<CheckSocketFile>(_ => _channel.Thread.Examine(Self));
        Receive<AdminSocketMessages.SocketExamined>(examined => TakeState(examined.State));
    }

    private void Clients()
    {
        Receive<AdminSocketMessages.ClientConnected>(connected => Admit(connected.Client));
        Receive<ConnectionEnded>(ended => TakeBack(ended.Number));
        Receive<AdminSocketMessages.HoldDescriptors>(Hold);
        Receive<DrillOver>(_ => _drill.Dispose());
        Receive<SupervisionMessages.Started>(_ => { });
    }

    private void TakeBinding(SocketBinding result)
    {
        switch (result)
        {
            case SocketBinding.Bound bound:
                foreach (var note in bound.Notes)
                {
                    _channel.Log.SocketNote(note);
                }

                _channel.Log.SocketBound(_channel.Path);
                _channel.Readiness.Publish(Component, Readiness.Ok);
                _refusalLoggedAt = 0;
                Become(Bound);
                Timers.StartPeriodicTimer(nameof(CheckSocketFile), new CheckSocketFile(), Settings.CheckInterval);
                break;
            case SocketBinding.Refused refused:
                _channel.Readiness.Publish(Component, "refused");
                LogRefusal(refused.Reason);
                Timers.StartSingleTimer(nameof(BindDue), new BindDue(), Settings.RebindInterval);
                break;
        }
    }

    private void TakeState(SocketFileState state)
    {
        switch (state)
        {
            case SocketFileState.Repaired repaired:
                _channel.Log.SocketRepaired(_channel.Path, repaired.Found);
                break;
            case SocketFileState.Lost lost:
                _channel.Log.SocketLost(lost.Reason);
                Timers.Cancel(nameof(CheckSocketFile));
                Become(Binding);
                _channel.Thread.Bind(Self);
                break;
        }
    }

    // At once, then once a minute: it is tried every two seconds.
    private void LogRefusal(string reason)
    {
        if (_refusalLoggedAt == 0 || _channel.Time.GetElapsedTime(_refusalLoggedAt) >= Settings.RefusalLogInterval)
        {
            _channel.Log.SocketRefused(reason);
            _refusalLoggedAt = _channel.Time.GetTimestamp();
        }
    }

    private void Admit(ConnectedClient client)
    {
        // One that waited in the mailbox through a restart is told of twice: by itself, and by the thread to the new incarnation.
        if (client.Phase == AdminPhase.Closed || _connections.ContainsKey(client.Number) || _waiting.Contains(client))
        {
            return;
        }

        if (_pool.TryTake(client.Number, client.IsRootOrOwn))
        {
            Attend(client);
        }
        else if (client.IsRootOrOwn && FindStalled() is { } stalled)
        {
            _ending.Add(stalled);
            _waiting.Enqueue(client);
            Context.Stop(_connections[stalled].Actor);
        }
        else
        {
            client.Answer(new AdminAnswer.Refused(AdminRefusal.Busy), ParsedLine.NoName);
        }
    }

    private void Attend(ConnectedClient client)
    {
        var name = $"connection-{client.Number}";
        var actor = Context.ActorOf(AdminConnectionActor.Props(client, _conversation!), name);
        Context.WatchWith(actor, new ConnectionEnded(client.Number));
        _connections.Add(client.Number, (client, actor));
        _channel.Ledger.Register($"{ActorNames.AdminSocket}/{name}", actor, longLived: false);
    }

    // The oldest without progress; one that waits for an actor's answer, which is not its fault, only when no other is there.
    private long? FindStalled() => _connections
        .Where(connection => !_ending.Contains(connection.Key) && connection.Value.Client.Stalled >= Settings.StalledAfter)
        .OrderBy(connection => connection.Value.Client.Phase == AdminPhase.Asked)
        .ThenBy(connection => connection.Key)
        .Select(connection => (long?)connection.Key)
        .FirstOrDefault();

    private void TakeBack(long number)
    {
        if (_connections.Remove(number, out var ended))
        {
            _channel.Ledger.Unregister($"{ActorNames.AdminSocket}/connection-{number}", ended.Actor);
        }

        _ending.Remove(number);
        _pool.Return(number);
        while (_waiting.TryPeek(out var next) && (next.Phase == AdminPhase.Closed || _pool.TryTake(next.Number, next.IsRootOrOwn)))
        {
            _waiting.Dequeue();
            if (next.Phase != AdminPhase.Closed)
            {
                Attend(next);
            }
        }
    }

    private Directive EndConnection(Exception cause)
    {
        var errorId = ErrorId.New();
        _channel.Log.Story(cause, errorId, $"{Sender.Path.Name} crashed and ended");
        foreach (var (client, actor) in _connections.Values)
        {
            if (actor.Equals(Sender))
            {
                client.Answer(new AdminAnswer.Failed(AdminFailure.CommandFailed, errorId), ParsedLine.NoName);
            }
        }

        return Directive.Stop;
    }

    private void Hold(AdminSocketMessages.HoldDescriptors hold)
    {
        _drill.Hold(hold.Count);
        Timers.StartSingleTimer(nameof(DrillOver), new DrillOver(), hold.Duration);
        Sender.Tell(new AdminSocketMessages.DescriptorsHeld());
    }

    private sealed record BindDue;

    private sealed record CheckSocketFile;

    private sealed record DrillOver;

    private sealed record ConnectionEnded(long Number);
}
