using System.Collections.Immutable;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Planes;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>
/// Every answer there is. The set is closed and none of its members takes a free text, so no path, exception or line of the file can
/// be sent by mistake.
/// </summary>
public abstract record AdminAnswer
{
    private AdminAnswer()
    {
    }

    /// <summary>It was done, and there is nothing to add.</summary>
    public sealed record Done : AdminAnswer;

    /// <summary>To <c>status</c>.</summary>
    /// <param name="Report">How the proxy does.</param>
    public sealed record Status(StatusReport Report) : AdminAnswer;

    /// <summary>To <c>sites</c>.</summary>
    /// <param name="Reports">The sites.</param>
    public sealed record Sites(ImmutableArray<SiteReport> Reports) : AdminAnswer;

    /// <summary>To <c>history</c>.</summary>
    /// <param name="Reloads">Newest first.</param>
    public sealed record History(ImmutableArray<HistoryEntry> Reloads) : AdminAnswer;

    /// <summary>To <c>actors</c>.</summary>
    /// <param name="Reports">The actors.</param>
    public sealed record Actors(ImmutableArray<ActorReport> Reports) : AdminAnswer;

    /// <summary>To <c>metrics</c>.</summary>
    /// <param name="Text">Prometheus text.</param>
    public sealed record Metrics(string Text) : AdminAnswer;

    /// <summary>To <c>help</c>.</summary>
    /// <param name="Commands">Those that the peer may use.</param>
    public sealed record Help(ImmutableArray<CommandDefinition> Commands) : AdminAnswer;

    /// <summary>To <c>diff</c>.</summary>
    /// <param name="Changes">What the file would change.</param>
    public sealed record Diff(ConfigChanges Changes) : AdminAnswer;

    /// <summary>To <c>reload</c>.</summary>
    /// <param name="Revision">The revision that is live now.</param>
    /// <param name="Changed">Whether this reload raised it.</param>
    /// <param name="Changes">What changed, and what needs a restart.</param>
    public sealed record Reloaded(long Revision, bool Changed, ConfigChanges Changes) : AdminAnswer;

    /// <summary>To <c>confirm</c>.</summary>
    /// <param name="Revision">The revision that stays.</param>
    public sealed record Confirmed(long Revision) : AdminAnswer;

    /// <summary>To <c>validate</c>.</summary>
    /// <param name="Plan">For <c>reload if-plan</c>.</param>
    /// <param name="Changes">What a reload would change.</param>
    public sealed record Validated(string Plan, ConfigChanges Changes) : AdminAnswer;

    /// <summary>To <c>rollback</c>.</summary>
    /// <param name="Revision">The revision that is live now.</param>
    /// <param name="Restored">The revision it repeats.</param>
    public sealed record RolledBack(long Revision, long Restored) : AdminAnswer;

    /// <summary>To <c>rotate-key</c>, over HTTP alone.</summary>
    /// <param name="Key">The new key, which holds until restart.</param>
    public sealed record KeyRotated(string Key) : AdminAnswer;

    /// <summary>It was not done, and the client can know why.</summary>
    /// <param name="Why">The reason.</param>
    public sealed record Refused(AdminRefusal Why) : AdminAnswer;

    /// <summary>The file is wrong.</summary>
    /// <param name="Errors">How many problems it has.</param>
    /// <param name="ErrorId">Finds them in the log.</param>
    public sealed record ConfigInvalid(int Errors, string ErrorId) : AdminAnswer;

    /// <summary>Something failed inside.</summary>
    /// <param name="What">In words that tell nothing else.</param>
    /// <param name="ErrorId">Finds the story in the log.</param>
    public sealed record Failed(AdminFailure What, string ErrorId) : AdminAnswer;

    /// <summary>Whether its status is <c>ok</c>.</summary>
    public bool IsOk => this is not (Refused or ConfigInvalid or Failed);

    /// <summary>One word for the log and the metrics: <c>ok</c>, <c>forbidden</c>, <c>config_invalid</c> …</summary>
    public string Outcome => this switch
    {
        Refused refused => SnakeCase.Of(refused.Why),
        ConfigInvalid => "config_invalid",
        Failed failed => SnakeCase.Of(failed.What),
        _ => "ok",
    };

    /// <summary>Finds the story of a failure in the log; <c>null</c> for everything else.</summary>
    public string? StoryId => this switch
    {
        ConfigInvalid invalid => invalid.ErrorId,
        Failed failed => failed.ErrorId,
        _ => null,
    };
}
