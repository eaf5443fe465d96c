using System.Net.Sockets;
using System.Text;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

[Collection(RunsAlone.Name)]
public sealed class StarvedChannelTests : AdminSocketFixture
{
    [Fact]
    public async Task With_every_thread_of_the_pool_held_commands_are_answered_within_a_second()
    {
        await StartAsync();
        // Not disposed: work that has not begun by the end of the test still asks it.
        var release = new ManualResetEventSlim();
        var answers = new List<string>();
        var client = new Thread(() =>
        {
            foreach (var command in new[] { "status", "help", "metrics", "sites" })
            {
                answers.Add(Ask(command));
            }

            release.Set();
        });
        for (var item = 0; item < 500; item++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Wait(), release, preferLocal: false);
        }

        client.Start();

        var ended = client.Join(TimeSpan.FromSeconds(20));
        release.Set();
        await Eventually.HoldsAsync(() => ThreadPool.PendingWorkItemCount == 0, "the pool works again", Cancelled);
        Assert.True(ended, "the client is stuck");
        Assert.All(answers, answer => Assert.StartsWith("""{"status":"ok",""", answer, StringComparison.Ordinal));
        Assert.Equal(4, answers.Count);
    }

    // Synchronous all through: a task of its own would wait for the pool that this test has taken away.
    private string Ask(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 1000, SendTimeout = 1000 };
        socket.Connect(new UnixDomainSocketEndPoint(Path));
        socket.Send(Encoding.UTF8.GetBytes(command + "\n"));
        var buffer = new byte[4096];
        var read = socket.Receive(buffer);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
