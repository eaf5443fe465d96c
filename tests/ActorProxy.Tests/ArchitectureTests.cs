using System.Reflection;
using System.Runtime.InteropServices;
using Xunit;

namespace ActorProxy.Tests;

/// <summary>The laws that keep the picture in the architecture pages true.</summary>
public sealed class ArchitectureTests
{
    private static readonly string Source = Path.Combine(Root(), "src");

    public static TheoryData<string, string> Forbidden => new()
    {
        { "ActorProxy.Core", "Akka" },
        { "ActorProxy.Core", "Microsoft.AspNetCore" },
        { "ActorProxy.Core", "Yarp" },
        { "ActorProxy.Core", "ActorProxy." },
        { "ActorProxy.DataPlane", "Akka" },
        { "ActorProxy.DataPlane", "Tomlyn" },
        { "ActorProxy.DataPlane", "ActorProxy.ControlPlane" },
        { "ActorProxy.ControlPlane", "Microsoft.AspNetCore" },
        { "ActorProxy.ControlPlane", "Yarp" },
        { "ActorProxy.ControlPlane", "Tomlyn" },
        { "ActorProxy.ControlPlane", "ActorProxy.DataPlane" },
        { "actor-proxy", "Tomlyn" },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void A_project_does_not_know_what_it_must_not(string assembly, string forbidden) =>
        Assert.DoesNotContain(
            Assembly.Load(assembly).GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith(forbidden, StringComparison.Ordinal));

    [Fact]
    public void No_public_type_of_core_shows_a_TOML_type() =>
        Assert.DoesNotContain(
            Assembly.Load("ActorProxy.Core").GetExportedTypes()
                .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
                .Where(member => Shown(member).Any(type => type.Assembly.GetName().Name == "Tomlyn")),
            _ => true);

    [Theory]
    [InlineData("ActorProxy.Core")]
    [InlineData("ActorProxy.DataPlane")]
    [InlineData("ActorProxy.ControlPlane")]
    [InlineData("actor-proxy")]
    public void The_kernel_is_called_in_Core_Linux_alone(string assembly)
    {
        var calls = Assembly.Load(assembly).GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttribute<DllImportAttribute>() is not null);

        Assert.DoesNotContain(calls, call => call.DeclaringType!.Namespace != "ActorProxy.Core.Linux");
    }

    // Linux, Certificates ← Configuration ← Admin ← Planes: what stands left knows nothing of what stands right.
    [Theory]
    [InlineData("Linux", "Certificates", "Configuration", "Admin", "Planes", "Metrics", "Logs")]
    [InlineData("Certificates", "Configuration", "Admin", "Planes")]
    [InlineData("Configuration", "Admin", "Planes")]
    [InlineData("Admin", "Planes")]
    public void The_folders_of_core_point_one_way(string folder, params string[] later)
    {
        var directory = Path.Combine(Source, "ActorProxy.Core", folder);
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory, "*.cs", SearchOption.AllDirectories) : [];

        Assert.DoesNotContain(
            files.SelectMany(File.ReadLines),
            line => later.Any(other => line.StartsWith($"using ActorProxy.Core.{other}", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_is_named_after_a_type_in_it()
    {
        var strangers = Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any() && Path.GetFileName(file) != "Program.cs")
            .Where(file => !System.Text.RegularExpressions.Regex.IsMatch(
                File.ReadAllText(file),
                $@"\b(class|record|struct|interface|enum|delegate\s+\S+)\s+{System.Text.RegularExpressions.Regex.Escape(Path.GetFileNameWithoutExtension(file).Split('.')[0])}\b"));

        Assert.Empty(strangers);
    }

    private static IEnumerable<Type> Shown(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    };

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ActorProxy.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the solution is not above the tests");
        }

        return directory.FullName;
    }
}
