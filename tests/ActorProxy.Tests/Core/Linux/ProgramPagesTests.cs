using ActorProxy.Core.Linux;
using Xunit;

namespace ActorProxy.Tests.Core.Linux;

public sealed class ProgramPagesTests
{
    [Fact]
    public void Only_mappings_of_the_file_that_nobody_will_write_to_and_nobody_wrote_to_are_let_go()
    {
        string[] lines =
        [
            "1000-3000 r-xp 00000000 fe:00 7                          /usr/bin/actor-proxy", "Rss:                   8 kB", "Anonymous:             0 kB",
            "VmFlags: rd ex mr mw me",
            "3000-4000 r--p 00002000 fe:00 7                          /usr/bin/actor-proxy", "Anonymous:             4 kB",
            "4000-5000 rw-p 00003000 fe:00 7                          /usr/bin/actor-proxy", "Anonymous:             0 kB",
            "4800-4900 r--p 00003800 fe:00 7                          /usr/bin/actor-proxy", "Anonymous:             0 kB",
            "4900-5000 r-xp 00003900 fe:00 7                          /usr/bin/actor-proxy", "Anonymous:             4 kB",
            "5000-6000 rw-p 00000000 00:00 0 ", "Anonymous:             0 kB",
            "6000-7000 r-xp 00000000 fe:00 8                          /usr/lib/libc.so.6", "Anonymous:             0 kB",
            "7f0000000000-7f0000001000 r--s 00004000 fe:00 7          /usr/bin/actor-proxy", "Anonymous:             0 kB",
        ];

        Assert.Equal([(0x1000ul, 0x2000ul), (0x7f0000000000ul, 0x1000ul)], ProgramPages.Unchanged(lines, "/usr/bin/actor-proxy"));
    }

    [Fact]
    public void A_program_goes_on_without_them()
    {
        ProgramPages.LetGo();

        Assert.NotEmpty(ProgramPages.Unchanged(File.ReadLines("/proc/self/smaps"), new FileInfo("/proc/self/exe").LinkTarget!));
    }
}
