using System.Reflection;
using ActorProxy.ControlPlane;
using Akka.Configuration;
using Xunit;

namespace ActorProxy.Tests.ControlPlane;

/// <summary>An actor system with the settings that are shipped, and the log kept for the test to read.</summary>
public abstract class ActorTests : Akka.TestKit.Xunit.TestKit
{
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    protected ActorTests(string overrides = "")
        : base(ConfigurationFactory.ParseString(overrides)
            .WithFallback(Shipped("actor-proxy.conf"))
            .WithFallback("akka.loglevel = OFF")
            .WithFallback(Shipped("akka.conf")))
    {
        Settings = ActorSettings.From(Sys.Settings.Config);
    }

    protected ActorSettings Settings { get; }

    protected RecordedLog Recorded { get; } = new();

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal static Config Shipped(string name) => ConfigurationFactory.ParseString(Text(name));

    internal static string Text(string name)
    {
        using var stream = Assembly.Load("actor-proxy").GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
