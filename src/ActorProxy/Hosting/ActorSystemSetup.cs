using ActorProxy.ControlPlane;
using ActorProxy.ControlPlane.Supervision;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorProxy.Hosting;

/// <summary>The actor system: our HOCON, our log, one top-level actor. It starts and stops when told to, not with the process.</summary>
internal static class ActorSystemSetup
{
    public static IHost Build(Config hocon, ControlPlaneParts parts)
    {
        // Empty: the other builders read files of the working directory and settings of the environment.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(parts.Loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddAkka("actor-proxy", akka => akka
            .AddHocon(hocon, HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithActors((system, registry) => registry.Register<ControlPlaneSupervisor>(
                system.ActorOf(ControlPlaneSupervisor.Props(parts), "supervisor"))));
        return builder.Build();
    }

    // The default lifetime handles signals on its own and swallows the second one.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
