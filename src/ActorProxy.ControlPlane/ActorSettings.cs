using ActorProxy.ControlPlane.AdminSocket;
using ActorProxy.ControlPlane.Reloads;
using ActorProxy.ControlPlane.Supervision;
using ActorProxy.ControlPlane.Traffic;
using ActorProxy.ControlPlane.Upkeep;
using Akka.Configuration;

namespace ActorProxy.ControlPlane;

/// <summary>What <c>hocon/actor-proxy.conf</c> says.</summary>
public sealed record ActorSettings
{
    internal ActorSettings(Config hocon)
    {
        var root = Section(hocon, "actor-proxy");
        Supervision = new SupervisionSettings(Section(root, "supervision"));
        Config = new ConfigSettings(Section(root, "config"));
        Listeners = new ListenersSettings(Section(root, "listeners"));
        Drift = new DriftSettings(Section(root, "drift"));
        Certificates = new CertificatesSettings(Section(root, "certificates"));
        Descriptors = new DescriptorsSettings(Section(root, "descriptors"));
        Memory = new MemorySettings(Section(root, "memory"));
        AdminSocket = new AdminSocketSettings(Section(root, "admin-socket"));
    }

    internal SupervisionSettings Supervision { get; init; }

    internal ConfigSettings Config { get; init; }

    internal ListenersSettings Listeners { get; init; }

    internal DriftSettings Drift { get; init; }

    internal CertificatesSettings Certificates { get; init; }

    internal DescriptorsSettings Descriptors { get; init; }

    internal MemorySettings Memory { get; init; }

    internal AdminSocketSettings AdminSocket { get; init; }

    /// <summary>Reads every key, before any actor exists.</summary>
    /// <param name="hocon">The actor system's configuration.</param>
    /// <exception cref="ConfigurationException">A key is missing; it says which.</exception>
    public static ActorSettings From(Config hocon) => new(hocon);

    internal static TimeSpan Time(Config section, string key) => section.GetTimeSpan(Present(section, key), allowInfinite: false);

    internal static int Number(Config section, string key) => section.GetInt(Present(section, key));

    private static Config Section(Config parent, string key) => parent.GetConfig(Present(parent, key));

    private static string Present(Config section, string key) => section.HasPath(key)
        ? key
        : throw new ConfigurationException($"hocon/actor-proxy.conf has no key '{key}' where it is needed.");
}
