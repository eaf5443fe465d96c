using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace ActorProxy.Core.Linux;

/// <summary>
/// A listening Unix socket and the file it is reached by: bound after every check, watched, removed only while it is ours. Lives
/// outside the actors, so that a replaced one finds the socket again. Thread-safe; foreseen failures are results.
/// </summary>
/// <param name="place">Where, and for whom.</param>
public sealed class SocketFile(SocketPlace place) : IDisposable
{
    private const int BindMode = 0x180;   // 0600

    // A client that does not wait to connect is refused when it is full (unix(7), EAGAIN), and crowds come at once.
    private const int Backlog = 1024;

    private readonly Lock _gate = new();
    private readonly string _name = Path.GetFileName(place.Path);
    private SocketLock? _lock;
    private UnixListener? _listener;
    private FileStatus? _ours;

    /// <summary>Binds, or binds again. A socket that is still bound is let go first, and its file removed if it is ours.</summary>
    public SocketBinding Bind()
    {
        lock (_gate)
        {
            Release();
            try
            {
                return BindChecked();
            }
            catch (Exception exception) when (IsForeseen(exception))
            {
                var leftover = Release();
                _lock?.Dispose();
                _lock = null;
                return new SocketBinding.Refused(
                    leftover is null ? Reason(exception) : $"{Reason(exception)}; {leftover}",
                    exception is LinuxException linux && Errno.IsNoDescriptor(linux.Error));
            }
        }
    }

    /// <summary>Looks at the path and sets mode and owner of our own file right.</summary>
    public SocketFileState Examine()
    {
        lock (_gate)
        {
            try
            {
                return _ours is { } ours ? Examine(ours) : new SocketFileState.Lost($"{place.Path} is not bound");
            }
            catch (Exception exception) when (IsForeseen(exception))
            {
                return new SocketFileState.Lost(Reason(exception));
            }
        }
    }

    /// <summary>Removes the file if it is still ours, then stops listening; the lock is kept. Nothing happens when not bound.</summary>
    /// <returns><c>null</c>, or why the file was left: one sentence for the log.</returns>
    public string? Close()
    {
        lock (_gate)
        {
            return Release();
        }
    }

    /// <summary><see cref="Close"/>, and the lock is let go.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Release();
            _lock?.Dispose();
            _lock = null;
        }
    }

    private SocketBinding.Bound BindChecked()
    {
        using var directory = SocketDirectory.Open(place, make: true);
        TakeLock(directory);
        var notes = SocketEntry.Clear(directory, _name) is { } note ? ImmutableArray.Create(note) : [];

        var socket = UnixSocket.CreateStream();
        _listener = new UnixListener(socket);
        UnixSocket.Bind(socket, directory.PathOf(_name), BindMode);
        using var file = directory.OpenPath(_name);
        _ours = CheckBound(directory, socket, FileStatus.Of(file));
        GiveAccess(file);
        if (directory.StatusOf(_name)?.Identity != _ours.Identity)
        {
            throw new SocketRefusedException($"{place.Path} was replaced while it was bound");
        }

        UnixSocket.Listen(socket, Backlog);
        return new SocketBinding.Bound(_listener, notes);
    }

    // Kept over a second bind, so that nobody waiting for it slips in between; taken anew when its file is no longer the one there.
    private void TakeLock(DirectoryHandle directory)
    {
        var name = _name + ".lock";
        if (_lock?.IsIn(directory) != true)
        {
            _lock?.Dispose();
            _lock = null;
            _lock = SocketLock.Take(directory, name);
        }
    }

    // Between bind and here whoever may write to the directory may have put another file at the path. Where the kernel numbers the
    // device otherwise (overlays), its answer proves nothing.
    private FileStatus CheckBound(DirectoryHandle directory, SafeFileHandle socket, FileStatus found)
    {
        var isBound = SocketDiagnosis.BoundFile(socket) is not { } bound
            || bound.Device != found.Device
            || bound.Inode == (uint)found.Inode;
        return isBound && found.Type == FileType.Socket && found.Uid == CurrentUser.Uid && (found.Mode & ~BindMode) == 0
            ? found
            : throw new SocketRefusedException($"{directory.PathOf(_name)} was replaced while it was bound");
    }

    // The group before the mode: never open to another group, not even for an instant.
    private void GiveAccess(SafeFileHandle file)
    {
        var group = place.Group ?? CurrentUser.Gid;
        try
        {
            if (FileStatus.Of(file).Gid != group)
            {
                DirectoryHandle.ChangeOwner(file, uid: null, group);
            }

            DirectoryHandle.ChangeMode(file, place.Mode);
        }
        catch (LinuxException exception)
        {
            throw new SocketRefusedException($"{place.Path} can't be given group {group} and its mode: {exception.Message}");
        }

        if (!IsRight(FileStatus.Of(file)))
        {
            throw new SocketRefusedException($"{place.Path} does not keep the group and mode that it is given");
        }
    }

    private SocketFileState Examine(FileStatus ours)
    {
        if (FileStatus.AtPath(place.Path) is not { } found)
        {
            return new SocketFileState.Lost($"{place.Path} is gone");
        }

        if (found.Identity != ours.Identity)
        {
            return new SocketFileState.Lost($"{place.Path} is another file");
        }

        if (IsRight(found))
        {
            return new SocketFileState.Ours();
        }

        Repair(ours);
        return new SocketFileState.Repaired($"uid={found.Uid} gid={found.Gid} mode={Convert.ToString(found.Mode, 8)}");
    }

    // Through a descriptor of the inode, so that nothing put there in between is touched; closed to all before its owner changes.
    private void Repair(FileStatus ours)
    {
        using var file = DirectoryHandle.OpenPathAt(place.Path);
        var found = FileStatus.Of(file);
        if (found.Identity != ours.Identity)
        {
            throw new SocketRefusedException($"{place.Path} is another file");
        }

        DirectoryHandle.ChangeMode(file, BindMode);
        if (found.Uid != CurrentUser.Uid)
        {
            DirectoryHandle.ChangeOwner(file, CurrentUser.Uid, gid: null);
        }

        GiveAccess(file);
    }

    private bool IsRight(FileStatus status) =>
        status.Mode == place.Mode && status.Uid == CurrentUser.Uid && status.Gid == (place.Group ?? CurrentUser.Gid);

    // The file goes before the socket: while we hold the socket, its inode number can't be given to another file.
    private string? Release()
    {
        try
        {
            return _ours is { } ours ? RemoveOwn(ours) : null;
        }
        catch (Exception exception) when (IsForeseen(exception))
        {
            return $"{place.Path} was not removed: {Reason(exception)}";
        }
        finally
        {
            _ours = null;
            _listener?.Dispose();
            _listener = null;
        }
    }

    private string? RemoveOwn(FileStatus ours)
    {
        using var directory = SocketDirectory.Open(place, make: false);
        return directory.StatusOf(_name)?.Identity == ours.Identity
            ? SocketEntry.RemoveExamined(directory, _name, ours, static _ => true)
            : null;
    }

    private static bool IsForeseen(Exception exception) => exception is SocketRefusedException or LinuxException;

    private string Reason(Exception exception) => exception is LinuxException ? $"{place.Path}: {exception.Message}" : exception.Message;
}
