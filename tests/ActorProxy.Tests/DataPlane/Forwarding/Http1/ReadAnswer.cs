using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>An answer read whole, as text that can be compared: a character a byte.</summary>
internal sealed record ReadAnswer(int Status, string Reason, string Head, string Body, string Trailers)
{
    public static async Task<ReadAnswer> FromAsync(HttpResponseMessage response, int bufferSize = 64 * 1024)
    {
        using (response)
        {
            var body = new StringBuilder();
            var buffer = new byte[bufferSize];
            await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            while (await ReadAsync(stream, buffer) is var count and > 0)
            {
                body.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }

            return new ReadAnswer(
                (int)response.StatusCode,
                response.ReasonPhrase ?? "",
                Text(Fields(response.Headers).Concat(Fields(response.Content.Headers))),
                body.ToString(),
                Text(Fields(response.TrailingHeaders)));
        }
    }

    /// <summary>Values by name, in their order, names lower-cased and sorted: the order of different names means nothing.</summary>
    public static string Text(IEnumerable<(string Name, string Value)> fields) => string.Concat(
        fields.GroupBy(field => field.Name.ToLowerInvariant(), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .SelectMany(group => group.Select(field => $"{group.Key}: {field.Value}\n")));

    private static IEnumerable<(string Name, string Value)> Fields(HttpHeaders headers) =>
        headers.NonValidated.SelectMany(header => header.Value.Select(value => (header.Key, value)));

    // As the forwarder reads: first for nothing, then for bytes.
    private static async Task<int> ReadAsync(Stream stream, byte[] buffer)
    {
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        return await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
    }
}
