using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorProxy.DataPlane.Tls;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Tls;

public sealed class ClientHelloReaderTests
{
    [Fact]
    public void Finds_the_name_however_the_bytes_arrive()
    {
        var bytes = Records(Hello("Site.Test."), 16 * 1024);

        for (var split = 0; split <= bytes.Length; split++)
        {
            var reader = new ClientHelloReader();
            var first = reader.Read(new ReadOnlySequence<byte>(bytes, 0, split));
            Assert.Equal(split < bytes.Length ? ClientHelloState.Incomplete : ClientHelloState.Complete, first.State);
            if (split < bytes.Length)
            {
                Assert.Equal(new ClientHello(ClientHelloState.Complete, "site.test"), reader.Read(new ReadOnlySequence<byte>(bytes)));
            }
        }
    }

    [Fact]
    public void Finds_the_name_however_it_is_cut_into_records() =>
        Gen.Int[1, 100].Sample(size =>
        {
            var hello = new ClientHelloReader().Read(new ReadOnlySequence<byte>(Records(Hello("site.test"), size)));
            Assert.Equal(new ClientHello(ClientHelloState.Complete, "site.test"), hello);
        });

    [Fact]
    public void A_hello_without_a_name_is_complete() =>
        Assert.Equal(new ClientHello(ClientHelloState.Complete), Read(Records(Hello(null), 1000)));

    [Fact]
    public void What_is_no_handshake_is_left_to_openssl() =>
        Assert.Equal(ClientHelloState.NotTls, Read("GET / HTTP/1.1\r\n\r\n"u8.ToArray()).State);

    [Fact]
    public void An_empty_record_is_malformed() => Assert.Equal(ClientHelloState.Malformed, Read([22, 3, 1, 0, 0]).State);

    [Fact]
    public void Another_record_amidst_the_message_is_malformed()
    {
        var bytes = Records(Hello("site.test"), 20);

        Assert.Equal(ClientHelloState.Malformed, Read([.. bytes[..25], 21, 3, 3, 0, 2, 1, 0]).State);
    }

    [Fact]
    public void An_endless_hello_is_malformed()
    {
        byte[] head = [22, 3, 1, 0x40, 0, 1, 0, 0xff, 0xff];

        Assert.Equal(ClientHelloState.Malformed, Read(head).State);
        Assert.Equal(ClientHelloState.Malformed, Read(Records([1, 0, 0x7f, 0xff, .. new byte[0x7fff]], 1000)[..ClientHelloReader.MaxBytes]).State);
    }

    [Fact]
    public void Two_names_are_malformed()
    {
        var once = Extension(0, ServerNames("site.test"));

        Assert.Equal(ClientHelloState.Malformed, Read(Records(Message([.. once, .. once]), 1000)).State);
    }

    [Fact]
    public void No_bytes_at_all_make_it_throw() =>
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            _ = Read(bytes);
            _ = Read(Records([1, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes], 50));
            _ = Read(Records(Message(bytes), 50));
        });

    private static ClientHello Read(byte[] bytes) => new ClientHelloReader().Read(new ReadOnlySequence<byte>(bytes));

    private static byte[] Hello(string? name) => Message(
    [
        .. Extension(10, [0, 2, 0, 29]),
        .. name is null ? [] : Extension(0, ServerNames(name)),
        .. Extension(43, [2, 3, 4]),
    ]);

    private static byte[] Message(ReadOnlySpan<byte> extensions)
    {
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, .. Length(extensions.Length), .. extensions];
        return [1, 0, .. Length(body.Length), .. body];
    }

    private static byte[] Extension(ushort type, ReadOnlySpan<byte> content) => [.. Length(type), .. Length(content.Length), .. content];

    private static byte[] ServerNames(string name)
    {
        var host = Encoding.ASCII.GetBytes(name);
        return [.. Length(host.Length + 3), 0, .. Length(host.Length), .. host];
    }

    private static byte[] Records(byte[] message, int size) =>
        [.. message.Chunk(size).SelectMany(part => (byte[])[22, 3, 1, .. Length(part.Length), .. part])];

    private static byte[] Length(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
