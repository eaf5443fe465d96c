namespace ActorProxy.Core.Planes;

/// <summary>Who is at the other end of a Unix socket, as the kernel attests it (<c>SO_PEERCRED</c>, unix(7)).</summary>
/// <param name="Pid">For the log only: it may be another process by now.</param>
/// <param name="Uid">User.</param>
/// <param name="Gid">Primary group.</param>
public sealed record Peer(int Pid, uint Uid, uint Gid);
