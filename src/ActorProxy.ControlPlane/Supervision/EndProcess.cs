namespace ActorProxy.ControlPlane.Supervision;

/// <summary>Ends the process with exit code 1 and a last line that says who and why. Called from any thread, perhaps more than once.</summary>
/// <param name="who">The public name of the actor that gave up.</param>
/// <param name="why">One sentence.</param>
public delegate void EndProcess(string who, string why);
