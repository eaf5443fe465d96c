using ActorProxy.DataPlane.Requests;
using Xunit;
namespace ActorProxy.Tests.DataPlane.Requests;

public sealed class FieldSyntaxTests
{
    [Fact]
    public void Every_byte_is_judged_alike_as_byte_and_as_char()
    {
        for (var value = 0; value < 256; value++)
        {
            var isToken = char.IsAsciiLetterOrDigit((char)value) || (value != 0 && "!#$%&'*+-.^_`|~".Contains((char)value));
            var isValue = (value >= 0x20 && value != 0x7f) || value == '\t';
            Assert.Equal(isToken, FieldSyntax.IsToken([(byte)'a', (byte)value]));
            Assert.Equal(isToken, FieldSyntax.IsToken(['a', (char)value]));
            Assert.Equal(isValue, FieldSyntax.IsValue([(byte)'a', (byte)value]));
            Assert.Equal(isValue, FieldSyntax.IsValue(['a', (char)value]));
        }
    }

    [Fact]
    public void A_token_is_not_empty_and_a_value_may_be()
    {
        Assert.False(FieldSyntax.IsToken(""));
        Assert.False(FieldSyntax.IsToken(""u8));
        Assert.True(FieldSyntax.IsValue(""));
        Assert.True(FieldSyntax.IsValue(""u8));
    }
}
