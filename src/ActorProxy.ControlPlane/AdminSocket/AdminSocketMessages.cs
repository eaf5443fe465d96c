using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using Akka.Event;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>
/// What the thread that does the reading tells the actors, and they each other. The thread goes on by itself when one is gone by
/// then, so what it tells makes no dead letters.
/// </summary>
internal static class AdminSocketMessages
{
    /// <summary>To <c>admin-socket</c>: a client that may use the socket has connected and waits for a slot.</summary>
    public sealed record ClientConnected(ConnectedClient Client) : IDeadLetterSuppression;

    /// <summary>To <c>admin-socket</c>: how the bind that it asked for ended.</summary>
    public sealed record SocketTried(SocketBinding Result) : IDeadLetterSuppression;

    /// <summary>To <c>admin-socket</c>: what was found at the path.</summary>
    public sealed record SocketExamined(SocketFileState State) : IDeadLetterSuppression;

    /// <summary>To <c>admin-socket</c>: hold descriptors for a while. Answered by <see cref="DescriptorsHeld"/>.</summary>
    public sealed record HoldDescriptors(int Count, TimeSpan Duration);

    /// <summary>As many as there were are held.</summary>
    public sealed record DescriptorsHeld;

    /// <summary>To a connection: its line is whole.</summary>
    public sealed record LineRead(ReadOnlyMemory<byte> Line);

    /// <summary>To a connection: no whole line came, or a longer one than allowed.</summary>
    public sealed record LineRefused(AdminRefusal Why);

    /// <summary>To a connection: its answer has been handed to the kernel whole.</summary>
    public sealed record AnswerSent : IDeadLetterSuppression;

    /// <summary>To a connection: its client is gone. The last message.</summary>
    public sealed record ClientClosed : IDeadLetterSuppression;
}
