namespace ActorProxy.Core.Configuration.Toml;

/// <summary>How a table came to be (TOML 1.0, "Table").</summary>
internal enum TomlTableOrigin
{
    /// <summary>Named on the way to another table: may still get its own header, once.</summary>
    Parent,

    /// <summary>By its own header: closed for further headers, not for tables below it.</summary>
    Header,

    /// <summary>By a dotted key: grows by dotted keys of the same section only.</summary>
    DottedKey,

    /// <summary>By braces: closed for ever.</summary>
    Inline,
}
