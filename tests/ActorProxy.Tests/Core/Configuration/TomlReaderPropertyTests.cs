using System.Text;
using ActorProxy.Core.Configuration;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.Core.Configuration;

public sealed class TomlReaderPropertyTests
{
    private static readonly string[] Seeds =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Core", "Configuration", "Cases"), "*.toml")
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText)
            .Select(text => text[..text.LastIndexOf("--------\n", StringComparison.Ordinal)]),
    ];

    private static readonly string[] Scraps =
    [
        "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "\"", "'", "'''", "\"\"\"", "\n", "\r", "\r\n", "\\", "\\u", "#", "-", "_", "0x", "é", "\0",
        "[admin]", "[[listeners]]", "[listeners.tls]", "[[listeners.sites]]", "burst.a = 1", "1979-05-27", "-9223372036854775809", "inf", "\ud83d",
    ];

    private static readonly Gen<string> Mutated = Gen.Select(
        Gen.Int[0, Seeds.Length - 1],
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 10_000], Gen.Int[1, 40], Gen.Int[0, Scraps.Length - 1]).Array[1, 6],
        (seed, edits) => edits.Aggregate(Seeds[seed], Edit));

    [Fact]
    public void No_file_is_so_broken_that_reading_it_throws_or_a_problem_has_no_place() =>
        Mutated.Sample(
            text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                var (config, draft) = new TomlReader(allowWildcardBind: false, hardDescriptorLimit: 4096).Read(bytes, running: null);
                var lines = text.Count(character => character == '\n') + 1;
                return (config is null) == draft.Problems.ToSorted().Any()
                    && draft.Problems.ToSorted().All(problem => problem.Line >= 1 && problem.Line <= lines && problem.Column >= 1)
                    && draft.Problems.ToSorted().All(problem => !problem.Message.Any(char.IsControl));
            },
            iter: 3000);

    private static string Edit(string text, (int Kind, int Place, int Length, int Scrap) edit)
    {
        var place = edit.Place % (text.Length + 1);
        var length = Math.Min(edit.Length, text.Length - place);
        return edit.Kind switch
        {
            0 => text.Insert(place, Scraps[edit.Scrap]),
            1 => text.Remove(place, length),
            2 => text.Insert(place, text.Substring(place, length)),
            _ => text[..place],
        };
    }
}
