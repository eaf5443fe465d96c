using System.Net;
using System.Net.Sockets;
using ActorProxy.Core.Configuration;
using ActorProxy.DataPlane.Listeners;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners;

public sealed class ListeningSocketsTests
{
    // linux/tcp.h.
    private const int TcpLevel = 6;
    private const int NotSentLowWater = 25;

    [Fact]
    public async Task The_kernel_takes_no_more_than_128_KiB_for_a_client_that_does_not_read()
    {
        using var listening = ListeningSockets.Listen(new ListenAddress(IPAddress.Loopback, 0), []);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listening.LocalEndPoint!, TestContext.Current.CancellationToken);

        using var accepted = await listening.AcceptAsync(TestContext.Current.CancellationToken);

        var most = new byte[sizeof(int)];
        accepted.GetRawSocketOption(TcpLevel, NotSentLowWater, most);
        Assert.Equal(128 * 1024, BitConverter.ToInt32(most));
    }
}
