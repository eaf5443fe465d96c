using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using Akka.Actor;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>One client as actors hold it. Any thread; every call returns at once.</summary>
internal sealed class ConnectedClient
{
    private readonly AdminConnection _connection;
    private readonly AdminThread _thread;

    public ConnectedClient(AdminConnection connection, AdminThread thread)
    {
        _connection = connection;
        _thread = thread;
    }

    /// <summary>Never repeats in this process.</summary>
    public required long Number { get; init; }

    public required PeerCredentials Peer { get; init; }

    public required AdminRole Role { get; init; }

    /// <summary>Whether slots are kept for it.</summary>
    public required bool IsRootOrOwn { get; init; }

    public AdminPhase Phase => _connection.Phase;

    /// <summary>Since it last gave or took a byte.</summary>
    public TimeSpan Stalled => _connection.Stalled;

    /// <summary>It has a slot, and an actor that is told what it says from now on.</summary>
    public void Attend(IActorRef attendant) => _thread.Post(() => _connection.Attend(attendant));

    /// <summary>Answers it, unless somebody has already.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="command">The command's name for the log.</param>
    public void Answer(AdminAnswer answer, string command)
    {
        if (_connection.TryClaim(answer, command))
        {
            _thread.Post(() => _connection.Send(answer));
        }
    }

    /// <summary>Closes it, whatever it does.</summary>
    public void End() => _thread.Post(_connection.End);
}
