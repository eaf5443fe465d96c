using ActorProxy.CommandLine;
using ActorProxy.Core;
using ActorProxy.Core.Linux;
using ActorProxy.DataPlane;
using ActorProxy.Demo;
using ActorProxy.Hosting;

ProcessHardening.Apply();
KestrelDataPlane.ApplyToProcess();

switch (Arguments.Parse(args))
{
    case Command.Run run:
        return await ProxyHost.RunAsync(new HostOptions(run.ConfigPath, run.AllowWildcardBind), TimeProvider.System);
    case Command.Validate validate:
        return await ValidateCommand.RunAsync(
            validate.ConfigPath, validate.AllowWildcardBind, Console.Out, TimeProvider.System, CancellationToken.None);
    case Command.Demo demo:
        return await DemoCommand.RunAsync(demo, TimeProvider.System);
    case Command.Ctl ctl:
        return await CtlCommand.RunAsync(ctl.Arguments, CancellationToken.None);
    case Command.Version:
        Console.Out.WriteLine($"actor-proxy {BuildVersion.Text}");
        return ExitCodes.Ok;
    case Command.Help:
        Console.Out.WriteLine(Arguments.Usage);
        return ExitCodes.Ok;
    case Command.Wrong wrong:
        Console.Error.WriteLine($"actor-proxy: {wrong.Problem} (actor-proxy --help lists what there is)");
        return ExitCodes.Usage;
    default:
        throw new InvalidOperationException("No other command exists.");
}
