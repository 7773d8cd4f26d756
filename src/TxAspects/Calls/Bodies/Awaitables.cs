namespace TxAspects.Calls.Bodies;

internal static class Awaitables
{
    /// <summary>Whether values of a type stand for work that is not done yet.</summary>
    public static bool IsAwaitable(this Type type)
        => typeof(Task).IsAssignableFrom(type) || type.GetMethod("GetAwaiter", Type.EmptyTypes) is not null;
}
