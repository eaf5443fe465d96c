using System.Diagnostics;
using System.Globalization;
using System.Text;
using ActorProxy.Core.AdminLanguage;
using Xunit;

namespace ActorProxy.Tests.Core.AdminLanguage;

/// <summary>
/// Mutates lines that once did something new, keeps those that do something new again, and compares every outcome with a second,
/// naive reading. A second long; <c>ADMIN_FUZZ_SECONDS</c> makes it longer and keeps what it found in the corpus.
/// </summary>
public class AdminLineFuzzTests
{
    private const string Token = "correct-horse:battery";
    private const string Folder = "Core/AdminLanguage/Cases";

    private static readonly byte[][] Dictionary =
    [
        .. CommandTable.Commands.Select(command => command.Name)
            .Concat(["debug", "crash", "hang", "fds", "if-plan", "confirm", "info", "trace", "0", "1", "3600", "3601", "9223372036854775807", Token + ":", ":", "é", "\u00a0", "\u2028", "\u0085", "\r", "\0", "\u007f", "\ufeff", "😀"])
            .Select(Encoding.UTF8.GetBytes),
        [0xff],
        [0xc0, 0xaf],
        [0xed, 0xa0, 0x80],
        [(byte)' '],
    ];

    private readonly AdminCommandParser _plain = new(null, debugCommands: true);
    private readonly AdminCommandParser _guarded = new(new AdminToken(Encoding.UTF8.GetBytes(Token)), debugCommands: true);

    [Fact]
    public void Two_readings_of_the_language_never_differ()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("ADMIN_FUZZ_SECONDS") ?? "1", CultureInfo.InvariantCulture);
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var corpus = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, Folder), "*.line").Select(File.ReadAllBytes).ToList();
        var seen = new HashSet<string>(corpus.Select(Signature));
        var rounds = 0L;
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < seconds; rounds++)
        {
            var line = Mutate(corpus[random.Next(corpus.Count)], corpus, random);
            if (seen.Add(Signature(line)))
            {
                corpus.Add(line);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{rounds} lines, {corpus.Count} kept");
        if (seconds > 1)
        {
            Keep(corpus);
        }
    }

    // What is new: another outcome, another command, another shape of the same. The comparison is on the way.
    private string Signature(byte[] line)
    {
        var signature = new StringBuilder();
        foreach (var (parser, token) in new[] { (_plain, null), (_guarded, Token) })
        {
            foreach (var role in Enum.GetValues<AdminRole>())
            {
                var parsed = parser.Parse(line, role);
                var refusal = (parsed as ParsedLine.Refused)?.Refusal;
                var naive = NaiveLanguage.Read(line, token, role);
                Assert.True(naive == (parsed.Name, refusal), $"{Convert.ToHexString(line)}: {naive} or {(parsed.Name, refusal)}");
                signature.Append(CultureInfo.InvariantCulture, $"{parsed.Name} {refusal} {(parsed as ParsedLine.Accepted)?.Command.GetType().Name};");
            }
        }

        return signature.Append(CultureInfo.InvariantCulture, $"{Math.Min(9, line.Count(value => value == ' '))}").ToString();
    }

    private static byte[] Mutate(byte[] line, List<byte[]> corpus, Random random)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(line.Length + 1);
            line = random.Next(6) switch
            {
                0 => [.. line[..at], .. Dictionary[random.Next(Dictionary.Length)], .. line[at..]],
                1 => [.. line[..at], (byte)random.Next(256), .. line[at..]],
                2 => line[..at],
                3 => line[at..],
                4 when at < line.Length => [.. line[..at], (byte)(line[at] ^ (1 << random.Next(8))), .. line[(at + 1)..]],
                _ => [.. line[..at], .. corpus[random.Next(corpus.Count)]],
            };
        }

        return line.Length > 4096 ? line[..4096] : line;
    }

    private static void Keep(List<byte[]> corpus)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ActorProxy.sln")))
        {
            directory = directory.Parent!;
        }

        foreach (var line in corpus)
        {
            var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(line))[..12];
            File.WriteAllBytes(Path.Combine(directory.FullName, "tests/ActorProxy.Tests", Folder, name + ".line"), line);
        }
    }
}
