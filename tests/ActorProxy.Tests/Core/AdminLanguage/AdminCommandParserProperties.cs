using System.Text;
using ActorProxy.Core.AdminLanguage;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.Core.AdminLanguage;

/// <summary>What holds for any bytes at all. A failure prints the seed that repeats it.</summary>
public class AdminCommandParserProperties
{
    private const string Token = "correct-horse:battery";
    private static readonly AdminCommandParser Plain = new(null, debugCommands: true);
    private static readonly AdminCommandParser Guarded = new(new AdminToken(Encoding.UTF8.GetBytes(Token)), debugCommands: true);
    private static readonly string[] Names = [.. CommandTable.Commands.Select(command => command.Name), "debug", "-", "unknown"];

    // Words of the language, broken words and raw bytes, glued together: random bytes alone would never get past the encoding.
    private static readonly Gen<byte[]> Piece = Gen.OneOf(
        Gen.OneOf([.. Names, Token + ":", "if-plan", "confirm", "crash", "hang", "fds", "0", "1", "3600", "info", "\r", "\0", "é", "\u2028", ":"])
            .Select(Encoding.UTF8.GetBytes),
        Gen.Const(" "u8.ToArray()),
        Gen.Byte.Array[0, 4]);

    private static readonly Gen<byte[]> Line = Piece.Array[0, 8].Select(pieces => pieces.SelectMany(piece => piece).ToArray());

    [Fact]
    public void Any_bytes_get_one_of_the_languages_answers() => Line.Sample(line =>
    {
        foreach (var parser in new[] { Plain, Guarded })
        {
            foreach (var role in Enum.GetValues<AdminRole>())
            {
                var parsed = parser.Parse(line, role);
                Assert.Contains(parsed.Name, Names);
                Assert.Equal(parsed is ParsedLine.Accepted, CommandTable.For(role, true).Any(command => command.Name == parsed.Name)
                    && parsed is not ParsedLine.Refused);
            }
        }
    });

    [Fact]
    public void A_viewer_never_gets_more_than_an_admin() => Line.Sample(line =>
    {
        if (Plain.Parse(line, AdminRole.Viewer) is ParsedLine.Accepted accepted)
        {
            Assert.Equal(AdminRole.Viewer, CommandTable.Find(accepted.Name, true)!.Role);
            Assert.Equal(accepted, Plain.Parse(line, AdminRole.Admin));
        }
    });

    [Fact]
    public void Nothing_passes_without_the_token_and_with_it_all_is_as_before() => Line.Sample(line =>
    {
        var prefix = Encoding.UTF8.GetBytes(Token + ":");
        byte[] withToken = [.. prefix, .. line];
        var guarded = Guarded.Parse(line, AdminRole.Admin);
        Assert.True(guarded is ParsedLine.Refused || line.AsSpan().StartsWith(prefix));

        var plain = Plain.Parse(line, AdminRole.Admin);
        if (plain is not ParsedLine.Refused { Refusal: AdminRefusal.InvalidInput })
        {
            Assert.Equal(plain, Guarded.Parse(withToken, AdminRole.Admin));
        }
    });
}
