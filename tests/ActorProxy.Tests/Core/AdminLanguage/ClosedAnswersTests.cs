using System.Reflection;
using ActorProxy.Core.AdminLanguage;
using Xunit;

namespace ActorProxy.Tests.Core.AdminLanguage;

/// <summary>No answer can carry a free text, since none has a place for one.</summary>
public class ClosedAnswersTests
{
    // What an answer may say in words of its own; everything else is a number, a closed set, or a name out of the configuration.
    private static readonly Dictionary<Type, string[]> Texts = new()
    {
        [typeof(AdminAnswer.Metrics)] = ["Text"],
        [typeof(AdminAnswer.Validated)] = ["Plan"],
        [typeof(AdminAnswer.KeyRotated)] = ["Key"],
        [typeof(AdminAnswer.ConfigInvalid)] = ["ErrorId"],
        [typeof(AdminAnswer.Failed)] = ["ErrorId"],
    };

    [Fact]
    public void Nobody_else_can_make_an_answer() =>
        Assert.All(
            typeof(AdminAnswer).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public),
            constructor => Assert.True(constructor.IsPrivate || constructor.IsFamily));

    [Fact]
    public void Every_kind_of_answer_is_sealed_and_has_no_text_but_those_that_are_known()
    {
        var kinds = typeof(AdminAnswer).GetNestedTypes();
        Assert.NotEmpty(kinds);
        Assert.All(kinds, kind =>
        {
            Assert.True(kind.IsSealed);
            var texts = kind.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Where(property => property.PropertyType == typeof(string)).Select(property => property.Name);
            Assert.Equal(Texts.GetValueOrDefault(kind, []), texts);
        });
    }
}
