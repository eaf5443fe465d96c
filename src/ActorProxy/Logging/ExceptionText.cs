namespace ActorProxy.Logging;

/// <summary>An exception in one sentence: what it is, what it says, and what caused it. Its stack is for the debug level.</summary>
internal static class ExceptionText
{
    private const int DeepestCause = 5;

    public static string Of(Exception exception) => string.Join(" <- ", Causes(exception).Take(DeepestCause));

    private static IEnumerable<string> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return $"{cause.GetType().Name}: {cause.Message}";
        }
    }
}
