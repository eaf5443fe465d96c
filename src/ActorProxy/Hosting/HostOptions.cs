namespace ActorProxy.Hosting;

/// <summary>What a run is given.</summary>
/// <param name="ConfigPath">The configuration file.</param>
/// <param name="AllowWildcardBind">The command line's word on wildcard addresses; holds for reloads too.</param>
/// <param name="Ready">Called once, when every listener accepts.</param>
internal sealed record HostOptions(string ConfigPath, bool AllowWildcardBind, Action? Ready = null);
