namespace ActorProxy.Core.Configuration.Toml;

/// <summary>What a value is.</summary>
internal enum TomlKind
{
    /// <summary>Could not be parsed; said already.</summary>
    Broken,
    Text,
    Integer,
    Float,
    Boolean,
    DateTime,
    Array,
    Table,

    /// <summary>Made by <c>[[headers]]</c>, which may append to it.</summary>
    TableArray,
}
