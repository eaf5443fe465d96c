using Xunit;

namespace ActorProxy.Tests;

/// <summary>Tests that measure the whole process (memory, descriptors): nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "runs alone";
}
