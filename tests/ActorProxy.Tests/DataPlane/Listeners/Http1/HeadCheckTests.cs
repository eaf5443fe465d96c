using System.Buffers;
using System.Text;
using ActorProxy.DataPlane.Listeners.Http1;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

public sealed class HeadCheckTests
{
    private static readonly byte[] Head = Encoding.ASCII.GetBytes(
        "GET /projects/list?page=2&sort=name HTTP/1.1\r\nHost: git.example.com\r\nConnection: keep-alive\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n"
        + "Accept-Encoding: gzip, deflate, br\r\nReferer: https://git.example.com/projects\r\nCookie: session=0123456789abcdef; theme=dark\r\n"
        + "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\n\r\n");

    [Fact]
    public void A_good_head_allocates_nothing()
    {
        var check = new MessageCheck();
        var head = new ReadOnlySequence<byte>(Head);
        Assert.Equal(Head.Length, check.Read(head));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var request = 0; request < 1000; request++)
        {
            check.Read(head);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
