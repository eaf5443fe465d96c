namespace ActorProxy.ControlPlane;

/// <summary>Every name once: as the <c>actors</c> command shows them, and as the tree below <c>/user/supervisor</c> has them.</summary>
internal static class ActorNames
{
    public const string Supervisor = "supervisor";
    public const string Config = "config";
    public const string Validator = "validator";
    public const string DataPlane = "data-plane";
    public const string Listeners = "listeners";
    public const string AdminSocket = "admin-socket";
    public const string Log = "log";
    public const string Signals = "signals";
    public const string Drift = "drift";
    public const string Certificates = "certificates";
    public const string Descriptors = "descriptors";
    public const string Memory = "memory";
    public const string Watchdog = "watchdog";

    /// <summary>Threads that no worker can hold.</summary>
    public const string SupervisionDispatcher = "actor-proxy.dispatchers.supervision";

    /// <summary>Threads of everybody else: what an actor gets that asks for none.</summary>
    public const string WorkDispatcher = "akka.actor.default-dispatcher";

    /// <summary>The readiness component of an actor: <c>admin-socket/connection-3</c> → <c>admin_socket</c>.</summary>
    public static string Component(string name) => name.Split('/')[0].Replace('-', '_');
}
