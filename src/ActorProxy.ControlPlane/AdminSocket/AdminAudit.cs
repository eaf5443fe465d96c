using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using ActorProxy.Core.Metrics;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.AdminSocket;

/// <summary>One ADMIN line and one count for each connection: who, what, how it ended. Written before the client learns it. Any thread.</summary>
internal sealed class AdminAudit(ILogger log, ProxyMetrics metrics, TimeProvider time)
{
    /// <summary>The client left, or was ended, before it had an answer.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>It was ended for another one, at a stop, or by a crash.</summary>
    public const string Ended = "ended";

    /// <summary>The answer was not taken in time, or not at all. A second line, after that of the answer.</summary>
    public const string NotTaken = "answer_not_taken";

    private readonly RefusalLimiter _refusals = new(time);

    /// <summary>Whether nothing was read: such lines are few, however many come.</summary>
    public static bool IsRefusedConnection(AdminAnswer answer, string command) =>
        answer is AdminAnswer.Refused { Why: AdminRefusal.Forbidden or AdminRefusal.Busy } && command == ParsedLine.NoName;

    public void Answered(PeerCredentials peer, long acceptedAt, string command, AdminAnswer answer)
    {
        Count(command, answer.Outcome);
        if (IsRefusedConnection(answer, command))
        {
            RefusedConnection(peer, acceptedAt, answer.Outcome);
        }
        else if (answer.StoryId is { } errorId)
        {
            log.Failed(peer.Uid, peer.Gid, peer.Pid, command, answer.Outcome, Elapsed(acceptedAt), errorId);
        }
        else if (answer is AdminAnswer.Refused { Why: AdminRefusal.Forbidden or AdminRefusal.Unauthorized })
        {
            log.Refused(peer.Uid, peer.Gid, peer.Pid, command, answer.Outcome, Elapsed(acceptedAt));
        }
        else
        {
            log.Served(peer.Uid, peer.Gid, peer.Pid, command, answer.Outcome, Elapsed(acceptedAt));
        }
    }

    public void EndedWithout(PeerCredentials peer, long acceptedAt, string command, string outcome)
    {
        Count(command, outcome);
        log.Served(peer.Uid, peer.Gid, peer.Pid, command, outcome, Elapsed(acceptedAt));
    }

    private void RefusedConnection(PeerCredentials peer, long acceptedAt, string outcome)
    {
        switch (_refusals.TryWrite(peer.Uid))
        {
            case null:
                break;
            case 0:
                log.Refused(peer.Uid, peer.Gid, peer.Pid, ParsedLine.NoName, outcome, Elapsed(acceptedAt));
                break;
            case { } suppressed:
                log.RefusedAfterOthers(peer.Uid, peer.Gid, peer.Pid, ParsedLine.NoName, outcome, Elapsed(acceptedAt), suppressed);
                break;
        }
    }

    // A line without a command counts as an unknown one: labels come from a fixed set.
    private void Count(string command, string outcome) =>
        metrics.AdminCommand(command == ParsedLine.NoName ? ParsedLine.UnknownName : command, outcome);

    private long Elapsed(long since) => (long)time.GetElapsedTime(since).TotalMilliseconds;
}
