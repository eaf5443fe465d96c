using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorProxy.Hosting;

/// <summary>The actor system: our HOCON, our log, one top-level actor. It starts and stops when told to, not with the process.</summary>
internal static class ActorSystemSetup
{
    /// <summary>Begins to start the system alone, without an actor of ours: it takes as long as loading the configuration does.</summary>
    public static Task<IHost> StartAsync(Task<Config> hocon, ILoggerFactory loggers) => Task.Run<IHost>(async () =>
    {
        var host = Build(await hocon, loggers);
        await host.StartAsync();
        return host;
    });

    /// <summary>Starts our actors in it.</summary>
    public static void StartActors(IHost host, ControlPlaneParts parts) =>
        _ = host.Services.GetRequiredService<ActorSystem>().ActorOf(ControlPlaneSupervisor.Props(parts), "supervisor");

    private static IHost Build(Config hocon, ILoggerFactory loggers)
    {
        // Empty: the other builders read files of the working directory and settings of the environment.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddAkka("actor-proxy", akka => akka
            .AddHocon(hocon, HoconAddMode.Prepend)
            .ConfigureLoggers(log =>
            {
                log.ClearLoggers();
                log.AddLoggerFactory();
            }));
        return builder.Build();
    }

    // The default lifetime handles signals on its own and swallows the second one.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
