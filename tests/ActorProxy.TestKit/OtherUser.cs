using System.Diagnostics;
using System.Globalization;

namespace ActorProxy.TestKit;

/// <summary>Runs a program as another user (<c>setpriv</c>), which takes root.</summary>
public sealed record OtherUser(uint Uid, uint Gid, params uint[] Groups)
{
    /// <summary>Skips the test where nobody can become another user.</summary>
    public static void Required()
    {
        Requires.Root();
        Requires.Program("setpriv");
    }

    /// <summary>Starts it with its input and both outputs redirected.</summary>
    public Process Start(string program, params string[] arguments)
    {
        string[] identity =
        [
            $"--reuid={Uid.ToString(CultureInfo.InvariantCulture)}",
            $"--regid={Gid.ToString(CultureInfo.InvariantCulture)}",
            Groups.Length == 0 ? "--clear-groups" : $"--groups={string.Join(',', Groups)}",
        ];
        return Process.Start(new ProcessStartInfo("setpriv", [.. identity, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Gives it an input and awaits what it writes.</summary>
    public async Task<string> RunAsync(string input, CancellationToken cancellationToken, string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return output;
    }
}
