using Akka.Configuration;

namespace ActorProxy.Hosting;

/// <summary>The files of <c>hocon/</c>, shipped inside the program so that nobody else can put theirs in their place.</summary>
internal static class Hocon
{
    public static Config Load() => Read("actor-proxy.conf").WithFallback(Read("akka.conf"));

    private static Config Read(string name)
    {
        using var stream = typeof(Hocon).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is missing from the program.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
