namespace ActorProxy.Core.Linux;

/// <summary>What stands on the disk forbids the socket. Never leaves this folder: <see cref="SocketFile"/> turns it into a result.</summary>
internal sealed class SocketRefusedException(string reason) : Exception(reason);
