namespace ActorProxy.Core.Configuration.Toml;

/// <summary>One part of a dotted key.</summary>
internal readonly record struct TomlKey(string Name, Position At);
