using System.Text;
using ActorProxy.DataPlane.Requests;
using Xunit;
namespace ActorProxy.Tests.DataPlane.Requests;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/", "GET")]
    [InlineData("/a/../b//c/%2F%2e%2E?q=%00&x=a b", "GET", false)]
    [InlineData("/a/../b//c/%2F%2e%2E?q=%00&x=%zz", "GET")]
    [InlineData("/{x}|\"<>^`\\", "GET")]
    [InlineData("*", "OPTIONS")]
    [InlineData("*", "GET", false)]
    [InlineData("*", "options", false)]
    [InlineData("", "GET", false)]
    [InlineData("a", "GET", false)]
    [InlineData("?x", "GET", false)]
    [InlineData("http://a/", "GET", false)]
    [InlineData("/a%00b", "GET", false)]
    [InlineData("/a#b", "GET", false)]
    [InlineData("/a\tb", "GET", false)]
    [InlineData("/a\u007f", "GET", false)]
    [InlineData("/\u00e4", "GET", false)]
    [InlineData("/a\0", "GET", false)]
    public void A_target_is_good_or_malformed(string target, string method, bool good = true)
    {
        Assert.Equal(good ? TargetVerdict.Good : TargetVerdict.Malformed, RequestTarget.Check(target, method));
    }

    [Fact]
    public void A_target_may_have_8_KiB_and_not_a_byte_more()
    {
        Assert.Equal(TargetVerdict.Good, RequestTarget.Check("/" + new string('a', 8191), "GET"));
        Assert.Equal(TargetVerdict.TooLong, RequestTarget.Check("/" + new string('a', 8192), "GET"));
    }

    [Theory]
    [InlineData("/a%00", true)]
    [InlineData("/a%00?b", true)]
    [InlineData("/a?b%00", false)]
    [InlineData("/a%2500", false)]
    [InlineData("/a%0", false)]
    public void An_encoded_NUL_matters_in_the_path_alone(string target, bool found)
    {
        Assert.Equal(found, RequestTarget.HasEncodedNul(Encoding.Latin1.GetBytes(target)));
        Assert.Equal(found ? TargetVerdict.Malformed : TargetVerdict.Good, RequestTarget.Check(target, "GET"));
    }

    [Theory]
    [InlineData("/a?b", "GET", "/a?b")]
    [InlineData("*", "OPTIONS", "*")]
    [InlineData("http://a.example/x?y", "GET", "/x?y")]
    [InlineData("https://a.example:8443/x", "GET", "/x")]
    [InlineData("http://a.example", "GET", "/")]
    [InlineData("http://a.example?y", "GET", "/?y")]
    [InlineData("http://a.example?y/z", "OPTIONS", "/?y/z")]
    [InlineData("http://a.example", "OPTIONS", "*")]
    [InlineData("http:///x", "GET", "http:///x")]
    [InlineData("ftp://a.example/x", "GET", "ftp://a.example/x")]
    public void An_absolute_target_is_reduced_to_what_the_upstream_gets(string target, string method, string reduced)
    {
        Assert.Equal(reduced, RequestTarget.Reduce(target, method));
    }

    [Theory]
    [InlineData("http://a.example:80/x", "a.example:80")]
    [InlineData("https://a.example?x", "a.example")]
    [InlineData("http://user@a.example", "user@a.example")]
    [InlineData("HTTP://a.example/", "")]
    [InlineData("/http://a.example/", "")]
    [InlineData("http:/a.example/", "")]
    public void The_authority_of_an_absolute_target_is_found(string target, string authority)
    {
        Assert.Equal(authority, RequestTarget.AuthorityOf(target).ToString());
    }
}
