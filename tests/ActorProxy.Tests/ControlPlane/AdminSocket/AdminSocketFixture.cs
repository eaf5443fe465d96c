using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.AdminSocket;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.Core.Planes;
using ActorProxy.TestKit;
using ActorProxy.Tests.Core.Linux;
using Akka.Actor;
using Akka.TestKit;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

/// <summary>The admin socket with its real thread, files and actors; whom its commands concern are probes.</summary>
public abstract class AdminSocketFixture : ActorTests
{
    private AdminChannel? _channel;

    protected AdminSocketFixture()
    {
        Config = CreateTestProbe("config");
        Validator = CreateTestProbe("validator");
        LogActor = CreateTestProbe("log");
        Supervisor = CreateTestProbe("supervisor");
    }

    internal SocketFolder Folder { get; } = new();

    internal FixedState State { get; } = new();

    protected string Path => Folder.Path;

    protected Readiness Readiness { get; } = new();

    protected ProxyMetrics Metrics { get; } = new();

    protected TestProbe Config { get; }

    protected TestProbe Validator { get; }

    protected TestProbe LogActor { get; }

    protected TestProbe Supervisor { get; }

    protected TaskCompletionSource StopRequested { get; } = new();

    protected IActorRef Actor { get; private set; } = ActorRefs.Nobody;

    internal AdminChannel Channel => _channel ?? throw new InvalidOperationException("call StartAsync first");

    /// <summary>Binds the socket and awaits that it listens.</summary>
    protected async Task StartAsync(Admin? admin = null, string? token = null)
    {
        Begin(admin, token);
        await BoundAsync(1);
    }

    protected void Begin(Admin? admin = null, string? token = null)
    {
        _channel = new AdminChannel(new AdminChannelParts
        {
            Settings = Settings with { AdminSocket = Adjust(Settings.AdminSocket) },
            Admin = admin ?? new Admin { ReadTimeoutSecs = 2, DebugCommands = true },
            Place = Folder.Place with { Mode = admin?.SocketMode ?? 0x180 },
            Token = token is null ? null : new AdminToken(System.Text.Encoding.UTF8.GetBytes(token)),
            State = State,
            Metrics = Metrics,
            Readiness = Readiness,
            Ledger = new RestartLedger(TimeProvider.System),
            RequestStop = () => StopRequested.TrySetResult(),
            Log = Recorded,
            Time = TimeProvider.System,
        });
        var refs = new ControlPlaneRefs(Supervisor, Config, Validator, LogActor, ActorRefs.Nobody);
        Actor = ActorOfAsTestActorRef<Parent>(Props.Create(() => new Parent()), "parent");
        Actor.Tell(_channel.ActorProps(refs).WithDispatcher(ActorNames.WorkDispatcher));
    }

    internal virtual AdminSocketSettings Adjust(AdminSocketSettings shipped) => shipped;

    protected Task<string> AskAsync(string command) => AdminClient.AskAsync(Path, command, Cancelled);

    protected Task<AdminClient> ConnectAsync() => AdminClient.ConnectAsync(Path, Cancelled);

    protected Task BoundAsync(int times) => Eventually.HoldsAsync(
        () => LinesOf("ADMIN_SOCKET").Count(line => line.Contains("bound", StringComparison.Ordinal)) >= times,
        $"the socket is bound {times} times among {string.Join('\n', Recorded.Lines)}",
        Cancelled);

    protected IEnumerable<string> LinesOf(string eventName) =>
        Recorded.Lines.Where(line => line.StartsWith(eventName + " ", StringComparison.Ordinal));

    protected bool Logged(string text) => Recorded.Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    protected Task LoggedAsync(string text) =>
        Eventually.HoldsAsync(() => Logged(text), $"'{text}' among {string.Join('\n', Recorded.Lines)}", Cancelled);

    protected override void AfterAll()
    {
        base.AfterAll();
        _channel?.Dispose();
        Folder.Dispose();
    }

    // As the supervision of the whole tree does: a crash is a restart.
    private sealed class Parent : ReceiveActor
    {
        private IActorRef _worker = ActorRefs.Nobody;

        public Parent()
        {
            Receive<Props>(props => _worker = Context.ActorOf(props, "worker"));
            Receive<SupervisionMessages.Started>(_ => { });
            ReceiveAny(message => _worker.Forward(message));
        }
    }
}
