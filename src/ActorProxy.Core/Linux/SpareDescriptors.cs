using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>
/// Descriptors on <c>/dev/null</c>, held to be given up when every other one is taken. Several, since another thread may be quicker
/// to take one that was given up. For one thread.
/// </summary>
public sealed partial class SpareDescriptors : IDisposable
{
    private const int DuplicateCloseOnExec = 1030;   // F_DUPFD_CLOEXEC

    private readonly int _target;
    private readonly int _left;
    private readonly Stack<SafeFileHandle> _spares = new();

    // The one that the others are copies of: held for ever, so that a copy needs no path to be opened.
    private readonly SafeFileHandle _source = File.OpenHandle("/dev/null");

    /// <summary>Takes them.</summary>
    /// <param name="target">How many.</param>
    /// <param name="left">How many of the last descriptors are never taken.</param>
    public SpareDescriptors(int target, int left = 0)
    {
        _target = target;
        _left = left;
        Replenish();
    }

    /// <summary>How many are held.</summary>
    public int Count => _spares.Count;

    /// <summary>Closes one.</summary>
    /// <returns>Whether there was one.</returns>
    public bool GiveUp()
    {
        if (!_spares.TryPop(out var spare))
        {
            return false;
        }

        spare.Dispose();
        return true;
    }

    /// <summary>Takes as many as are missing, as far as they are to be had.</summary>
    public void Replenish()
    {
        while (_spares.Count < _target && Control(_source, DuplicateCloseOnExec, 0) is >= 0 and var descriptor)
        {
            var spare = new SafeFileHandle(descriptor, ownsHandle: true);
            if (_left > 0 && DescriptorReserve.Holds(spare, _left))
            {
                spare.Dispose();
                return;
            }

            _spares.Push(spare);
        }
    }

    /// <summary>
    /// Closes a descriptor. When spares are missing its number becomes one in the same instant (<c>dup3(2)</c>), so that no other
    /// thread can take it in between.
    /// </summary>
    /// <param name="handle">What to close; used by nobody else.</param>
    public void Close(SafeFileHandle handle)
    {
        const int CloseOnExec = 0x80000;
        if (_spares.Count < _target && Duplicate(_source, handle, CloseOnExec) >= 0)
        {
            _spares.Push(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: true));
            handle.SetHandleAsInvalid();
        }

        handle.Dispose();
    }

    /// <summary>Closes all.</summary>
    public void Dispose()
    {
        while (GiveUp())
        {
        }

        _source.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "dup3", SetLastError = true)]
    private static partial int Duplicate(SafeHandle from, SafeHandle to, int flags);
}
