using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using ActorProxy.Core.AdminLanguage;
using ActorProxy.Core.Linux;
using ActorProxy.TestKit;
using Xunit;

namespace ActorProxy.Tests.Core.AdminLanguage;

public sealed partial class AdminTokenSourceTests : IDisposable
{
    private const string Good = "0123456789abcdef";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Without_a_token_none_is_asked_for() =>
        Assert.IsType<AdminTokenResult.None>(AdminTokenSource.Choose(null, _directory["absent"]));

    [Theory]
    [InlineData(Good, null)]
    [InlineData(null, Good)]
    [InlineData(null, Good + "\n")]
    [InlineData(null, Good + "\r\n")]
    [InlineData(Good, Good + "\n")]
    [InlineData("geheim-wört-chen!", null)]
    public void A_token_from_either_source_is_taken(string? environment, string? credential)
    {
        var token = Assert.IsType<AdminTokenResult.Found>(Choose(environment, credential)).Token;
        ReadOnlySpan<byte> line = Encoding.UTF8.GetBytes((environment ?? credential!.TrimEnd()) + ":status");

        Assert.True(token.TryRemove(ref line));
        Assert.Equal("status", Encoding.UTF8.GetString(line));
    }

    [Theory]
    [InlineData("", null, "ADMIN_SOCKET_TOKEN must have at least 16 characters")]
    [InlineData("0123456789abcde", null, "ADMIN_SOCKET_TOKEN must have at least 16 characters")]
    [InlineData("0123456789 abcdef", null, "must not contain blanks")]
    [InlineData("0123456789abcdef\n", null, "must not contain blanks")]
    [InlineData("0123456789abcdef\u0001", null, "must not contain blanks")]
    [InlineData(null, "", "the credential admin-socket-token must have at least 16 characters")]
    [InlineData(null, "0123456789abcdef\n\n", "must not contain blanks")]
    [InlineData(Good, "another-0123456789", "are both set and differ")]
    [InlineData(Good, "", "are both set and differ")]
    public void A_token_that_can_not_be_used_is_told_why(string? environment, string? credential, string problem) =>
        Assert.Contains(problem, Assert.IsType<AdminTokenResult.Invalid>(Choose(environment, credential)).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_token_that_is_not_utf8_is_refused() =>
        Assert.IsType<AdminTokenResult.Invalid>(AdminTokenSource.Choose([.. Enumerable.Repeat((byte)0xff, 20)], null));

    [Fact]
    public void A_credential_that_can_not_be_read_is_told_so()
    {
        Directory.CreateDirectory(_directory["token"]);

        Assert.Contains(
            "can't be read",
            Assert.IsType<AdminTokenResult.Invalid>(AdminTokenSource.Choose(null, _directory["token"])).Problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_problem_tells_the_token()
    {
        var problem = Assert.IsType<AdminTokenResult.Invalid>(Choose("short-secret", "other-secret")).Problem;

        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_was_taken_is_neither_in_the_environment_nor_handed_to_a_child()
    {
        const string Name = "ACTOR_PROXY_TEST_SECRET";
        Assert.Equal(0, SetNative(Name, Good, 1));
        Environment.SetEnvironmentVariable(Name, Good);

        Assert.Equal(Good, Encoding.UTF8.GetString(SecretEnvironment.Take(Name)!));

        Assert.Null(Environment.GetEnvironmentVariable(Name));
        Assert.Null(SecretEnvironment.Take(Name));
        using var child = Process.Start(new ProcessStartInfo("env") { RedirectStandardOutput = true })!;
        Assert.DoesNotContain(Name, await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private AdminTokenResult Choose(string? environment, string? credential)
    {
        if (credential is not null)
        {
            _directory.Write("token", credential);
        }

        return AdminTokenSource.Choose(environment is null ? null : Encoding.UTF8.GetBytes(environment), _directory["token"]);
    }

    // .NET's own setter changes only its copy.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
