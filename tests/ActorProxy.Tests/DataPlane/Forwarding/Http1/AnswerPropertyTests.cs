using System.Net;
using System.Text;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Forwarding.Http1;

/// <summary>Seeds are printed when one fails; those that ever did are kept here.</summary>
public sealed class AnswerPropertyTests
{
    private const int Samples = 1000;

    private static readonly int[] Kept = [-8141, -31060155];

    [Fact]
    public async Task A_good_answer_reads_as_the_reference_reads_it() =>
        await Gen.Int.SampleAsync(
            async seed =>
            {
                var generator = new AnswerGenerator(seed);
                await AssertReadsAlikeAsync(seed, generator, generator.WellFormed());
            },
            iter: Samples,
            threads: 1);

    [Fact]
    public async Task A_spoilt_answer_reads_as_the_reference_reads_it()
    {
        foreach (var seed in Kept)
        {
            await SpoiltAsync(seed);
        }

        await Gen.Int.SampleAsync(SpoiltAsync, iter: Samples, threads: 1);
    }

    [Fact]
    public async Task A_good_answer_reads_as_the_general_client_reads_it() =>
        await Gen.Int.SampleAsync(
            async seed =>
            {
                var answer = new AnswerGenerator(seed).WellFormed();
                var ours = await Reading.ByHandlerAsync(answer, [], 65536);
                Assert.True(ours.Answer == await ByGeneralClientAsync(answer), $"seed {seed}: {Reading.Quote(answer)}");
            },
            iter: 500,
            threads: 1);

    private static async Task SpoiltAsync(int seed)
    {
        var generator = new AnswerGenerator(seed);
        await AssertReadsAlikeAsync(seed, generator, generator.Spoilt());
    }

    private static async Task AssertReadsAlikeAsync(int seed, AnswerGenerator generator, byte[] answer)
    {
        var places = generator.Cuts(answer.Length);
        var bufferSize = generator.BufferSize();
        var expected = ReferenceReader.Read(answer);
        var read = await Reading.ByHandlerAsync(answer, places, bufferSize);
        if (expected != read)
        {
            Assert.Fail(
                $"seed {seed}, cut at [{string.Join(", ", places.Take(20))}], buffer {bufferSize}\n{Reading.Quote(answer)}\nreference: {expected}\nread: {read}");
        }
    }

    private static async Task<ReadAnswer> ByGeneralClientAsync(byte[] answer)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new CannedStream([answer], endsAfter: true)),
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a.test/");
        return await ReadAnswer.FromAsync(await client.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
