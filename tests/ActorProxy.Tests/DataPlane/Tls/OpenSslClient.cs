using System.Diagnostics;

namespace ActorProxy.Tests.DataPlane.Tls;

/// <summary>The <c>openssl</c> command as a client: it says what the server really did.</summary>
internal static class OpenSslClient
{
    /// <summary>Connects, sends <paramref name="input"/> and returns everything it printed.</summary>
    public static async Task<string> ConnectAsync(int port, string arguments, string input, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", $"s_client -connect 127.0.0.1:{port} {arguments}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        await process.StandardInput.FlushAsync(cancellationToken);
        if (input.Length == 0)
        {
            process.StandardInput.Close();
        }

        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return await output + await error;
    }
}
