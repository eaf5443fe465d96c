using System.IO.Pipelines;
using System.Text;
using ActorProxy.DataPlane.Listeners.Http2;
using Xunit;

namespace ActorProxy.Tests.DataPlane.Listeners.Http2;

public sealed class BatchedOutputTests
{
    private readonly Pipe _connection = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 0, useSynchronizationContext: false));
    private readonly OpenStreams _streams = new();
    private readonly BatchedOutput _output;

    public BatchedOutputTests() => _output = new BatchedOutput(_connection.Writer, _streams);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_while_something_is_being_sent_goes_out_together()
    {
        await WriteAsync("first ");
        Assert.Equal("first ", await PeekAsync());
        foreach (var answer in new[] { "second ", "third ", "fourth" })
        {
            await WriteAsync(answer);
        }

        Assert.Equal("first ", await TakeAsync());
        Assert.Equal("second third fourth", await TakeAsync());
    }

    [Fact]
    public async Task With_one_stream_it_is_sent_when_the_flush_returns()
    {
        _streams.TryBegin(1);

        await WriteAsync("answer");

        Assert.True(_connection.Reader.TryRead(out var sent));
        Assert.Equal("answer", Encoding.ASCII.GetString(sent.Buffer));
    }

    [Fact]
    public async Task With_several_another_thread_sends_it()
    {
        _streams.TryBegin(1);
        _streams.TryBegin(3);

        await WriteAsync("answer");

        Assert.Equal("answer", await TakeAsync());
    }

    [Fact]
    public async Task The_end_comes_behind_the_last_byte()
    {
        await WriteAsync("first ");
        await WriteAsync("last");

        var end = _output.EndAsync();

        Assert.False(end.IsCompleted);
        Assert.Equal("first ", await TakeAsync());
        Assert.Equal("last", await TakeAsync());
        await end.WaitAsync(Cancelled);
    }

    [Fact]
    public async Task Who_takes_nothing_holds_up_what_comes_and_no_memory_without_end()
    {
        var flush = default(ValueTask<FlushResult>);
        var taken = 0;
        while (flush.IsCompleted && taken < 1024)
        {
            taken++;
            flush = _output.Writer.WriteAsync(new byte[1024], Cancelled);
        }

        Assert.InRange(taken, 2, 65);
        _ = _connection.Reader.CopyToAsync(Stream.Null, Cancelled);
        Assert.False((await flush.AsTask().WaitAsync(Cancelled)).IsCompleted);
    }

    [Fact]
    public async Task A_connection_that_is_gone_takes_no_more_and_is_no_failure()
    {
        await _connection.Writer.CompleteAsync();

        await WriteAsync("lost");
        await _output.EndAsync().WaitAsync(Cancelled);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(NotSupportedException))]
    public async Task Whoever_writes_to_a_connection_that_broke_is_told(Type failure)
    {
        var output = new BatchedOutput(PipeWriter.Create(new BrokenStream((Exception)Activator.CreateInstance(failure)!)), _streams);

        await output.Writer.WriteAsync("lost"u8.ToArray(), Cancelled);

        Assert.True((await output.Writer.FlushAsync(Cancelled)).IsCompleted);
        await output.EndAsync().WaitAsync(Cancelled);
    }

    private async Task WriteAsync(string text) => await _output.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), Cancelled);

    private async Task<string> PeekAsync()
    {
        var read = await _connection.Reader.ReadAsync(Cancelled);
        var text = Encoding.ASCII.GetString(read.Buffer);
        _connection.Reader.AdvanceTo(read.Buffer.Start);
        return text;
    }

    private async Task<string> TakeAsync()
    {
        var read = await _connection.Reader.ReadAsync(Cancelled);
        var text = Encoding.ASCII.GetString(read.Buffer);
        _connection.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    private sealed class BrokenStream(Exception failure) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(failure);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.FromException(failure);
    }
}
