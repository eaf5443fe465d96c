using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>What the thread that does the reading tells the actors, and they each other.</summary>
internal static class AdminSocketMessages
{
    /// <summary>To <c>admin-socket</c>: a client that may use the socket has connected and waits for a slot.</summary>
    public sealed record ClientConnected(ConnectedClient Client);

    /// <summary>To <c>admin-socket</c>: how the bind that it asked for ended.</summary>
    public sealed record SocketTried(SocketBinding Result);

    /// <summary>To <c>admin-socket</c>: what was found at the path.</summary>
    public sealed record SocketExamined(SocketFileState State);

    /// <summary>To <c>admin-socket</c>: hold descriptors for a while. Answered by <see cref="DescriptorsHeld"/>.</summary>
    public sealed record HoldDescriptors(int Count, TimeSpan Duration);

    /// <summary>As many as there were are held.</summary>
    public sealed record DescriptorsHeld;

    /// <summary>To a connection: its line is whole.</summary>
    public sealed record LineRead(ReadOnlyMemory<byte> Line);

    /// <summary>To a connection: no whole line came, or a longer one than allowed.</summary>
    public sealed record LineRefused(AdminRefusal Why);

    /// <summary>To a connection: its answer has been handed to the kernel whole.</summary>
    public sealed record AnswerSent;

    /// <summary>To a connection: its client is gone. The last message.</summary>
    public sealed record ClientClosed;
}
