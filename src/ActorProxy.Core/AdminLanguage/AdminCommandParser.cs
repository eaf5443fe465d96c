using System.Text;
using System.Text.Unicode;

namespace ActorProxy.Core.AdminLanguage;

/// <summary>Reads one line. The checks come in this order: encoding, token, command, role, arguments. Pure; any thread.</summary>
/// <param name="token">What each line must begin with; <c>null</c> for nothing.</param>
/// <param name="debugCommands">Whether the drills exist.</param>
public sealed class AdminCommandParser(AdminToken? token, bool debugCommands)
{
    /// <summary>Whether the drills exist.</summary>
    public bool DebugCommands => debugCommands;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The bytes without the line end, within the length limit.</param>
    /// <param name="role">The peer's role.</param>
    public ParsedLine Parse(ReadOnlySpan<byte> line, AdminRole role)
    {
        if (!IsText(line))
        {
            return Refuse(AdminRefusal.InvalidInput);
        }

        if (token is not null && !token.TryRemove(ref line))
        {
            return Refuse(AdminRefusal.Unauthorized);
        }

        var words = Encoding.UTF8.GetString(line).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || CommandTable.Find(words[0], debugCommands) is not { } command)
        {
            return Refuse(AdminRefusal.UnknownCommand, ParsedLine.UnknownName);
        }

        if (command.Role > role)
        {
            return Refuse(AdminRefusal.Forbidden, command.Name);
        }

        return command.Read(words[1..]) is { } read
            ? new ParsedLine.Accepted(command.Name, read)
            : Refuse(AdminRefusal.InvalidArguments, command.Name);
    }

    private static ParsedLine.Refused Refuse(AdminRefusal refusal, string name = ParsedLine.NoName) => new(name, refusal);

    private static bool IsText(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(line);
        return !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
    }
}
