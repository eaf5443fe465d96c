using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>Waits on one thread for many descriptors (<c>poll(2)</c>), each kept open meanwhile. Needs no descriptor of its own.</summary>
public sealed unsafe partial class Poller
{
    private const short ReadEvent = 1;
    private const short WriteEvent = 4;

    private Entry[] _entries = new Entry[16];
    private SafeFileHandle[] _handles = new SafeFileHandle[16];
    private int _count;

    /// <summary>Begins a new set.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a descriptor to the set.</summary>
    /// <param name="handle">What to wait for.</param>
    /// <param name="interest">For what. A hang-up ends the wait in any case.</param>
    /// <returns>Its index, for <see cref="IsReady"/>; -1 when it is closed already.</returns>
    public int Add(SafeFileHandle handle, PollInterest interest)
    {
        var added = false;
        if (handle.IsClosed)
        {
            return -1;
        }

        try
        {
            handle.DangerousAddRef(ref added);
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }

        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
            Array.Resize(ref _handles, _count * 2);
        }

        _entries[_count] = new Entry
        {
            Descriptor = (int)handle.DangerousGetHandle(),
            Events = interest switch
            {
                PollInterest.Read => ReadEvent,
                PollInterest.Write => WriteEvent,
                _ => 0,
            },
        };
        _handles[_count] = handle;
        return _count++;
    }

    /// <summary>Waits until something in the set is ready.</summary>
    /// <param name="timeout">At most so long; infinite when <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public void Wait(TimeSpan timeout)
    {
        var milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, int.MaxValue);
        fixed (Entry* entries = _entries)
        {
            // EINTR and ENOMEM leave nothing ready; the caller looks at its clocks and waits again.
            if (Poll(entries, (nuint)_count, milliseconds) < 0)
            {
                for (var at = 0; at < _count; at++)
                {
                    entries[at].Ready = 0;
                }
            }
        }

        for (var at = 0; at < _count; at++)
        {
            _handles[at].DangerousRelease();
            _handles[at] = null!;
        }
    }

    /// <summary>Whether a descriptor is ready, hung up or broken.</summary>
    /// <param name="index">What <see cref="Add"/> returned.</param>
    public bool IsReady(int index) => index >= 0 && _entries[index].Ready != 0;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Entry* entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Descriptor;
        public short Events;
        public short Ready;
    }
}
