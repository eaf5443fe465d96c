using System.Text;
using ActorProxy.DataPlane.Requests;
using Xunit;
namespace ActorProxy.Tests.DataPlane.Requests;

public sealed class AuthorityTests
{
    [Theory]
    [InlineData("git.example.com", "git.example.com", null)]
    [InlineData("Git.EXAMPLE.com:8443", "git.example.com", 8443)]
    [InlineData("git.example.com.", "git.example.com", null)]
    [InlineData("git.example.com.:443", "git.example.com", 443)]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1)]
    [InlineData("[::1]", "[::1]", null)]
    [InlineData("[2001:DB8::1]:65535", "[2001:db8::1]", 65535)]
    [InlineData("a_b.example", "a_b.example", null)]
    [InlineData("localhost:0443", "localhost", 443)]
    public void A_host_is_read_lower_cased_without_port_and_trailing_dot(string text, string host, int? port)
    {
        Assert.True(Authority.TryRead(text, out var authority));
        Assert.Equal(host, authority.LowerHost(new char[text.Length]).ToString());
        Assert.Equal(port, authority.Port);
        Assert.True(Authority.IsValid(Encoding.Latin1.GetBytes(text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".:80")]
    [InlineData(":80")]
    [InlineData("user@example.com")]
    [InlineData("user:pass@example.com")]
    [InlineData("example.com/path")]
    [InlineData("example.com?query")]
    [InlineData("example.com#fragment")]
    [InlineData("a.example,b.example")]
    [InlineData("a.example, b.example")]
    [InlineData("a.example b.example")]
    [InlineData("example.com:")]
    [InlineData("example.com:0")]
    [InlineData("example.com:-1")]
    [InlineData("example.com:+80")]
    [InlineData("example.com:65536")]
    [InlineData("example.com:000080")]
    [InlineData("example.com:80:80")]
    [InlineData("example.com:http")]
    [InlineData("example.com:80a")]
    [InlineData("example%2ecom")]
    [InlineData("example.com\\x")]
    [InlineData("exam\tple.com")]
    [InlineData("exämple.com")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[::]")]
    [InlineData("[]")]
    [InlineData("[")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:")]
    [InlineData("[fe80::1%eth0]")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(Authority.TryRead(text, out _));
        Assert.False(Authority.IsValid(Encoding.Latin1.GetBytes(text)));
    }
}
