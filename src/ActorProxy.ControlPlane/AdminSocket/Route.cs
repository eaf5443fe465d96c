using ActorProxy.Core.AdminLanguage;
using Akka.Actor;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>What a command leads to.</summary>
internal abstract record Route
{
    private Route()
    {
    }

    /// <summary>The answer is known, and something may be due once it was sent.</summary>
    public sealed record Known(AdminAnswer Answer, Action? Afterwards = null) : Route;

    /// <summary>Somebody is told, and the answer is read from the reply.</summary>
    /// <param name="Whom">The actor.</param>
    /// <param name="Message">What it is told.</param>
    /// <param name="Read">Its reply as an answer; <c>null</c> for a message that is none.</param>
    public sealed record Told(IActorRef Whom, object Message, Func<object, AdminAnswer?> Read) : Route;
}
