using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorProxy.DataPlane.Listeners.Http2;

/// <summary>
/// The streams of a connection that are open, as its frames show it: from the client's head to the end of the answer, or to a reset by
/// either side. An answer that waits for its client's window keeps its stream open, although its request has ended.
/// </summary>
internal sealed class OpenStreams
{
    // Longer than a request takes to learn of its end: a connection with more resets than that in ten seconds is over.
    private const int MostRemembered = 256;

    // A page that is left takes the requests for its parts with it.
    private const int MostOfOnePage = 32;

    private readonly Lock _lock = new();
    // And whether its answer has begun.
    private readonly Dictionary<int, bool> _open = [];
    private int _openCount;
    private HashSet<int>? _tooMany;
    private int[]? _givenUp;
    private int _nextGivenUp;
    private int _moreGivenUpThanEnded;

    /// <summary>Whether more than one is open now.</summary>
    public bool AreSeveral => Volatile.Read(ref _openCount) > 1;

    /// <summary>Whether the client has reset many more streams before their answer than it let end.</summary>
    public bool AreMostlyGivenUp => Volatile.Read(ref _moreGivenUpThanEnded) > MostOfOnePage;

    /// <summary>Its head has begun.</summary>
    /// <returns><c>false</c> when it is one too many: its request is to be refused.</returns>
    public bool TryBegin(int stream)
    {
        lock (_lock)
        {
            if (_open.Count < Http2Guard.MaxStreams)
            {
                _open.Add(stream, false);
                Volatile.Write(ref _openCount, _open.Count);
                return true;
            }

            (_tooMany ??= []).Add(stream);
            return false;
        }
    }

    /// <summary>The server has sent the head of an answer.</summary>
    public void BeginAnswer(int stream)
    {
        lock (_lock)
        {
            ref var hasAnswer = ref CollectionsMarshal.GetValueRefOrNullRef(_open, stream);
            if (!Unsafe.IsNullRef(ref hasAnswer))
            {
                hasAnswer = true;
            }
        }
    }

    /// <summary>The server has ended or reset it.</summary>
    public void End(int stream)
    {
        lock (_lock)
        {
            if (Leave(stream, out _) && _moreGivenUpThanEnded > 0)
            {
                _moreGivenUpThanEnded--;
            }
        }
    }

    /// <summary>The client reset it.</summary>
    public void GiveUp(int stream)
    {
        lock (_lock)
        {
            if (Leave(stream, out var hadAnswer))
            {
                Volatile.Write(ref _givenUp, _givenUp ?? new int[MostRemembered]);
                _givenUp[_nextGivenUp++ % MostRemembered] = stream;

                // Who ends a stream of events by its reset has had what it asked for.
                _moreGivenUpThanEnded += hadAnswer || _moreGivenUpThanEnded == 2 * MostOfOnePage ? 0 : 1;
            }
        }
    }

    /// <summary>Whether it is one of those that are to be refused.</summary>
    public bool IsTooMany(int stream)
    {
        if (Volatile.Read(ref _tooMany) is null)
        {
            return false;
        }

        lock (_lock)
        {
            return _tooMany!.Contains(stream);
        }
    }

    /// <summary>Whether the client reset it before its answer had ended, of late.</summary>
    public bool WasGivenUp(int stream)
    {
        if (Volatile.Read(ref _givenUp) is null)
        {
            return false;
        }

        lock (_lock)
        {
            return _givenUp.AsSpan().Contains(stream);
        }
    }

    private bool Leave(int stream, out bool hadAnswer)
    {
        if (_open.Remove(stream, out hadAnswer))
        {
            Volatile.Write(ref _openCount, _open.Count);
            return true;
        }

        return _tooMany?.Remove(stream) == true;
    }
}
