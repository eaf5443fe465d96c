using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorProxy.Core.Linux;

/// <summary>Pages of the program's file that are mapped into this process. Most were read by the start alone.</summary>
public static partial class ProgramPages
{
    private const int DontNeed = 4;
    private const string Anonymous = "Anonymous:";

    /// <summary>
    /// Lets go of those that can't differ from the file (<c>madvise(2)</c>, MADV_DONTNEED): what is used again comes back by a fault, from
    /// the page cache. Does nothing where the kernel does not list them.
    /// </summary>
    public static void LetGo()
    {
        try
        {
            var program = new FileInfo("/proc/self/exe").LinkTarget ?? "";
            foreach (var (start, length) in Unchanged(File.ReadLines("/proc/self/smaps"), program))
            {
                _ = Advise((nint)start, (nint)length, DontNeed);
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // No descriptor is free, or no /proc: they stay.
        }
    }

    /// <summary>
    /// Mappings of a file that nobody can write to and that hold no page of their own. Only code and what is shared: other pages may be
    /// about to be relocated, and would lose that.
    /// </summary>
    /// <param name="lines">As in <c>proc_pid_smaps(5)</c>.</param>
    /// <param name="file">The path, as the kernel writes it.</param>
    internal static IEnumerable<(ulong Start, ulong Length)> Unchanged(IEnumerable<string> lines, string file)
    {
        (ulong Start, ulong Length)? mapping = null;
        foreach (var line in lines)
        {
            if (line.StartsWith(Anonymous, StringComparison.Ordinal))
            {
                if (mapping is { } unchanged && line.AsSpan(Anonymous.Length).Trim() is "0 kB")
                {
                    yield return unchanged;
                }

                mapping = null;
            }
            else if (!char.IsAsciiLetterUpper(line[0]))
            {
                mapping = Parse(line, file);
            }
        }
    }

    // "55d0c8a00000-55d0c9200000 r-xp 0030e000 fe:00 1234    /usr/bin/actor-proxy"
    private static (ulong Start, ulong Length)? Parse(string line, string file)
    {
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 6 || parts[5] != file || parts[1] is not ("r-xp" or "r-xs" or "r--s"))
        {
            return null;
        }

        var range = parts[0].Split('-');
        var start = Address(range[0]);
        return (start, Address(range[1]) - start);
    }

    private static ulong Address(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);
}
