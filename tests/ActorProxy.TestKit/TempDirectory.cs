namespace ActorProxy.TestKit;

/// <summary>A directory of its own for one test, 0700, gone at its end.</summary>
public sealed class TempDirectory : IDisposable
{
    public TempDirectory() => Path = Directory.CreateTempSubdirectory("actor-proxy-test-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file in it, with exactly these permissions whatever the umask.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="mode">0644 unless said otherwise.</param>
    /// <returns>Its path.</returns>
    public string Write(string name, string text, int mode = 0x1a4)
    {
        File.WriteAllText(this[name], text);
        File.SetUnixFileMode(this[name], (UnixFileMode)mode);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
