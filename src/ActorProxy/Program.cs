using ActorProxy.CommandLine;
using ActorProxy.Core.Linux;

ProcessHardening.Apply();

switch (Arguments.Parse(args))
{
    case Command.Help:
        Console.Out.WriteLine(Arguments.Usage);
        return ExitCodes.Ok;
    case Command.Wrong wrong:
        Console.Error.WriteLine($"actor-proxy: {wrong.Problem} (actor-proxy --help lists what there is)");
        return ExitCodes.Usage;
    default:
        return ExitCodes.Failure;
}
