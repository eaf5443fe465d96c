namespace ActorProxy.CommandLine.Ctl;

/// <summary>SGR codes (ECMA-48).</summary>
internal enum Colour
{
    None = 0,
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
}
