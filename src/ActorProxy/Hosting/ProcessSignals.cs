using System.Runtime.InteropServices;

namespace ActorProxy.Hosting;

/// <summary>The signals of <c>signal(7)</c> that the program handles, from before the first file is read until its end.</summary>
internal sealed class ProcessSignals : IDisposable
{
    private const PosixSignal User1 = (PosixSignal)10;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly ProcessEnd _end;
    private readonly Action _stopNow;
    private Action _reload = static () => { };
    private Action _reopenLog = static () => { };
    private int _stops;

    /// <param name="end">Told of the first SIGTERM or SIGINT.</param>
    /// <param name="stopNow">Called at the second.</param>
    public ProcessSignals(ProcessEnd end, Action stopNow)
    {
        _end = end;
        _stopNow = stopNow;
        // Without Cancel the default action ends the process.
        Register(PosixSignal.SIGHUP, () => Volatile.Read(ref _reload)());
        Register(User1, () => Volatile.Read(ref _reopenLog)());
        Register(PosixSignal.SIGTERM, () => StopOn("SIGTERM"));
        Register(PosixSignal.SIGINT, () => StopOn("SIGINT"));
    }

    /// <summary>Until then SIGHUP is taken and left alone: the configuration that it asks for is being read anyway.</summary>
    public void OnReload(Action reload) => Volatile.Write(ref _reload, reload);

    public void OnReopenLog(Action reopenLog) => Volatile.Write(ref _reopenLog, reopenLog);

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void StopOn(string signal)
    {
        if (Interlocked.Increment(ref _stops) == 1)
        {
            _end.Stop(signal);
        }
        else
        {
            _stopNow();
        }
    }

    private void Register(PosixSignal signal, Action handle) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            handle();
        }));
}
