using System.Text;
using ActorProxy.DataPlane.Requests;

namespace ActorProxy.DataPlane.Forwarding;

/// <summary>
/// Reads field values as Latin-1, but control bytes as characters beyond it: the general client would make blanks of line ends and
/// NUL, and a value that was refused for them would look good. An exception here would end every stream of the connection.
/// </summary>
internal sealed class AnswerEncoding : Encoding
{
    public static readonly AnswerEncoding Instance = new();

    // A private-use block (Unicode §23.5): no value can hold these otherwise.
    private const char Marked = '\ue000';

    /// <summary>Whether a value that was read so held no control byte but tab.</summary>
    public static bool IsGood(ReadOnlySpan<char> value) => FieldSyntax.IsValue(value) && !value.ContainsAnyInRange(Marked, (char)(Marked + byte.MaxValue));

    public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (var index = 0; index < byteCount; index++)
        {
            var value = bytes[byteIndex + index];
            chars[charIndex + index] = FieldSyntax.ControlBytes.Contains(value) ? (char)(Marked + value) : (char)value;
        }

        return byteCount;
    }

    public override int GetMaxByteCount(int charCount) => Latin1.GetMaxByteCount(charCount);

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
