using ActorProxy.Core.AdminLanguage;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>The answers that need no actor.</summary>
internal sealed class PublishedAnswers(IPublishedState state, bool debugCommands)
{
    /// <returns><c>null</c> for a command that somebody else must carry out.</returns>
    public AdminAnswer? To(AdminCommand command, AdminRole role) => command switch
    {
        AdminCommand.Status => new AdminAnswer.Status(state.Status()),
        AdminCommand.Sites => new AdminAnswer.Sites(state.Sites()),
        AdminCommand.History => new AdminAnswer.History(state.History()),
        AdminCommand.Actors => new AdminAnswer.Actors(state.Actors()),
        AdminCommand.Metrics => new AdminAnswer.Metrics(state.Metrics()),
        AdminCommand.Help => new AdminAnswer.Help(CommandTable.For(role, debugCommands)),
        _ => null,
    };

    /// <summary>Loads and compiles what these answers need: later there may be no descriptor left to load it with.</summary>
    public void WarmUp()
    {
        foreach (var command in new AdminCommand[] { new AdminCommand.Status(), new AdminCommand.Metrics(), new AdminCommand.Help() })
        {
            _ = AnswerWriter.Line(To(command, AdminRole.Admin)!);
        }
    }
}
