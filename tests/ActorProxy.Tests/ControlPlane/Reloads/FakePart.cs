using System.Collections.Concurrent;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.Core.Configuration;
using Akka.Actor;
using static ActorProxy.ControlPlane.Reloads.ParticipantMessages;

namespace ActorProxy.Tests.ControlPlane.Reloads;

/// <summary>A part that does what it is asked, unless the test says otherwise.</summary>
internal sealed class FakePart : ReceiveActor
{
    private readonly IActorRef _config;
    private readonly string _name;
    private readonly PartBehaviour _behaviour;
    private readonly Guid _incarnation = Guid.NewGuid();
    private Snapshot? _prepared;

    public FakePart(IActorRef config, string name, PartBehaviour behaviour)
    {
        _config = config;
        _name = name;
        _behaviour = behaviour;
        Receive<Current>(current =>
        {
            Run(current.Snapshot);
            Sender.Tell(new Applied(current.Snapshot.Revision));
        });
        Receive<Prepare>(prepare => Prepare(prepare));
        Receive<Commit>(commit => Commit(commit));
        Receive<Abort>(_ => behaviour.Seen.Enqueue($"{name} abort"));
        Receive<Resubscribe>(_ => Subscribe());
    }

    protected override void PreStart() => Subscribe();

    private void Subscribe() => _config.Tell(new Subscribe(_name, _incarnation));

    private void Prepare(Prepare prepare)
    {
        _behaviour.Seen.Enqueue($"{_name} prepare {prepare.Snapshot.Revision}");
        _prepared = prepare.Snapshot;
        if (_behaviour.Refusal is { } reason)
        {
            Sender.Tell(new Refused(prepare.Attempt, reason));
        }
        else if (!_behaviour.IsSilent)
        {
            Sender.Tell(new Prepared(prepare.Attempt));
        }
    }

    private void Commit(Commit commit)
    {
        if (_behaviour.CrashAtCommit.TryDequeue(out var crash))
        {
            throw crash;
        }

        if (_behaviour.IsSilentAtCommit)
        {
            return;
        }

        Run(_prepared!);
        Sender.Tell(new Committed(commit.Attempt));
    }

    private void Run(Snapshot snapshot)
    {
        _behaviour.Running = snapshot;
        _behaviour.Seen.Enqueue($"{_name} run {snapshot.Revision}");
    }
}

/// <summary>What a part does, and what it has done.</summary>
internal sealed class PartBehaviour(ConcurrentQueue<string> seen)
{
    public ConcurrentQueue<string> Seen => seen;

    public string? Refusal { get; set; }

    public bool IsSilent { get; set; }

    public bool IsSilentAtCommit { get; set; }

    public ConcurrentQueue<Exception> CrashAtCommit { get; } = new();

    public Snapshot? Running { get; set; }
}
