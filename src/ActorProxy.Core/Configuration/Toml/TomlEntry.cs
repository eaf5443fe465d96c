namespace ActorProxy.Core.Configuration.Toml;

/// <summary>A key, where it stands, and its value.</summary>
internal sealed record TomlEntry(string Key, Position KeyAt, TomlValue Value);
