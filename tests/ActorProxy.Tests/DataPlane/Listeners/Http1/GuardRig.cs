using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using ActorProxy.Core.Configuration;
using ActorProxy.Core.Metrics;
using ActorProxy.DataPlane.Listeners;
using ActorProxy.DataPlane.Listeners.Http1;
using ActorProxy.DataPlane.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http1;

/// <summary>A guarded reader between two pipes in memory, with the test as client and as Kestrel.</summary>
internal sealed class GuardRig : IDisposable
{
    private readonly Pipe _input;
    private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    public GuardRig(int blockSize = 4096, int burst = 1000, BucketTable? buckets = null)
    {
        _input = new Pipe(new PipeOptions(
            new SmallBlocks(blockSize), PipeScheduler.Inline, PipeScheduler.Inline, 0, minimumSegmentSize: 1, useSynchronizationContext: false));
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        Buckets = buckets ?? new BucketTable(new RateLimit(1, burst), time);
        Reader = new GuardedPipeReader(
            _input.Reader,
            new RefusalWriter(
                _output.Writer,
                new ClientConnection(TestRoutes.Https, IPAddress.Loopback),
                new Http1GuardServices(TestRoutes.Live(TestRoutes.Config(TestRoutes.Listener())), Log, new ProxyMetrics(), Buckets, time),
                isRateLimited: true));
    }

    public RecordingAccessLog Log { get; } = new();

    public GuardedPipeReader Reader { get; }

    public BucketTable Buckets { get; }

    public async Task SendAsync(string text) => await _input.Writer.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    public void EndInput() => _input.Writer.Complete();

    /// <summary>Reads as a server that answers everything at once, until the end of input.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var shown = new StringBuilder();
        // What hangs fails where it hangs.
        while (await ReadAsync(shown).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken))
        {
        }

        return shown.ToString();
    }

    /// <summary>Reads until a body's framing is found malformed.</summary>
    public async Task<string> ReadToMalformedAsync()
    {
        var shown = new StringBuilder();
        await Assert.ThrowsAsync<MalformedRequestException>(async () =>
        {
            while (await ReadAsync(shown))
            {
            }
        });
        return shown.ToString();
    }

    /// <summary>What is shown at once by one read; <c>null</c> when nothing is.</summary>
    public async Task<string?> TryReadAsync()
    {
        var pending = Reader.ReadAsync(TestContext.Current.CancellationToken);
        if (!pending.IsCompleted)
        {
            return null;
        }

        var read = await pending;
        var shown = Encoding.Latin1.GetString(read.Buffer);
        Reader.AdvanceTo(read.Buffer.End);
        return shown;
    }

    /// <summary>What was answered so far.</summary>
    public string Answer()
    {
        if (!_output.Reader.TryRead(out var read))
        {
            return "";
        }

        var text = Encoding.Latin1.GetString(read.Buffer);
        _output.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        return text;
    }

    public void Dispose()
    {
        Buckets.Dispose();
        _input.Reader.Complete();
        _output.Writer.Complete();
    }

    private async Task<bool> ReadAsync(StringBuilder shown)
    {
        var read = await Reader.ReadAsync(TestContext.Current.CancellationToken);
        shown.Append(Encoding.Latin1.GetString(read.Buffer));
        Reader.AdvanceTo(read.Buffer.End);
        return !read.IsCompleted;
    }
}
