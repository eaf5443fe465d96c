using System.Text.Json;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.EndToEndTests;

/// <summary>A running proxy with its admin socket in a folder of its own, and the drills on.</summary>
internal sealed class AdministeredProxy : IAsyncDisposable
{
    private readonly TempDirectory _folder;
    private readonly TestUpstream _upstream;

    private AdministeredProxy(TempDirectory folder, TestUpstream upstream, RunningProxy proxy)
    {
        _folder = folder;
        _upstream = upstream;
        Proxy = proxy;
    }

    public RunningProxy Proxy { get; }

    public string Socket => _folder["admin.sock"];

    public static async Task<AdministeredProxy> StartAsync(
        CancellationToken cancellationToken, string admin = "", Func<ProxyConfigText, ProxyConfigText>? change = null, string? stdout = null, Dictionary<string, string?>? environment = null)
    {
        var folder = new TempDirectory();
        var upstream = await TestUpstream.StartAsync("a");
        var proxy = await RunningProxy.StartAsync(upstream, cancellationToken, change: config =>
        {
            var administered = config with
            {
                AdminSocket = folder["admin.sock"],
                Admin = $"base_dirs = [\"{folder.Path}\"]\ndebug_commands = true\n{admin}",
            };
            return change?.Invoke(administered) ?? administered;
        }, stdout: stdout, environment: environment);
        if (stdout is null)
        {
            await proxy.Process.LineAsync("ADMIN_SOCKET status=bound", cancellationToken);
        }

        return new AdministeredProxy(folder, upstream, proxy);
    }

    public Task<string> AskAsync(string command) => AdminClient.AskAsync(Socket, command, TestContext.Current.CancellationToken);

    public async Task<JsonElement> AnswerAsync(string command) => JsonDocument.Parse(await AskAsync(command)).RootElement;

    public Task<ToolProcess.Result> CtlAsync(params string[] words) =>
        ToolProcess.RunAsync(ProxyProcess.ProgramPath, ["ctl", "--socket", Socket, .. words], TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }
}
