using Xunit;

namespace ActorProxy.Tests;

/// <summary>
/// Nothing else runs beside tests that measure the whole process (memory, descriptors), and beside those that close a socket and
/// look at once whether it is dead: a child that another test starts has it open for a moment, between fork and exec.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "runs alone";
}
