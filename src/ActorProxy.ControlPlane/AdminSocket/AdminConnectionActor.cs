using ActorProxy.ControlPlane.Supervision;
using ActorProxy.Core.AdminLanguage;
using Akka.Actor;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>One client: its line is read, checked and told to whom it concerns, its answer sent, and that is its life. Never restarted.</summary>
internal sealed class AdminConnectionActor : ControlPlaneActor, IWithTimers
{
    private readonly ConnectedClient _client;
    private readonly AdminConversation _conversation;

    public AdminConnectionActor(ConnectedClient client, AdminConversation conversation)
    {
        _client = client;
        _conversation = conversation;
        Reading();
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ConnectedClient client, AdminConversation conversation) =>
        Akka.Actor.Props.Create(() => new AdminConnectionActor(client, conversation)).WithDispatcher(ActorNames.WorkDispatcher);

    protected override void PreStart()
    {
        base.PreStart();
        _client.Attend(Self);
    }

    // The one way back: whatever ended this actor, its client ends too.
    protected override void PostStop() => _client.End();

    private void Reading()
    {
        Receive<AdminSocketMessages.LineRead>(read => Obey(_conversation.Parser.Parse(read.Line.Span, _client.Role)));
        Receive<AdminSocketMessages.LineRefused>(refused => Answer(ParsedLine.NoName, new AdminAnswer.Refused(refused.Why)));
        Receive<AdminSocketMessages.ClientClosed>(_ => Context.Stop(Self));
    }

    private void Waiting(string command, Func<object, AdminAnswer?> read)
    {
        Receive<AdminSocketMessages.ClientClosed>(_ => Context.Stop(Self));
        Receive<AdminSocketMessages.AnswerSent>(_ => { });
        Receive<AnswerOverdue>(_ => Answer(
            command, new AdminAnswer.Failed(AdminFailure.NoAnswer, _conversation.Tell($"nobody answered the command {command}"))));
        Receive<object>(reply => Answer(command, read(reply)!), reply => read(reply) is not null);
    }

    private void Answering(Action? afterwards)
    {
        Receive<AdminSocketMessages.AnswerSent>(_ =>
        {
            afterwards?.Invoke();
            Become(() => Answering(null));
        });
        Receive<AdminSocketMessages.ClientClosed>(_ =>
        {
            afterwards?.Invoke();
            Context.Stop(Self);
        });
    }

    private void Obey(ParsedLine parsed)
    {
        switch (parsed)
        {
            case ParsedLine.Accepted accepted:
                Follow(accepted.Name, _conversation.Routes.Find(accepted.Command, _client));
                break;
            case ParsedLine.Refused refused:
                Answer(refused.Name, new AdminAnswer.Refused(refused.Refusal));
                break;
        }
    }

    private void Follow(string command, Route route)
    {
        switch (route)
        {
            case Route.Known known:
                Answer(command, known.Answer, known.Afterwards);
                break;
            case Route.Told told:
                Become(() => Waiting(command, told.Read));
                Timers.StartSingleTimer(nameof(AnswerOverdue), new AnswerOverdue(), _conversation.Settings.AnswerTimeout);
                told.Whom.Tell(told.Message);
                break;
        }
    }

    private void Answer(string command, AdminAnswer answer, Action? afterwards = null)
    {
        Timers.Cancel(nameof(AnswerOverdue));
        Become(() => Answering(afterwards));
        _client.Answer(answer, command);
    }

    private sealed record AnswerOverdue;
}
