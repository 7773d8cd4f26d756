using System.Reflection;

namespace TxAspects.Interception.Declarations;

/// <summary>Names of types and methods as their author wrote them.</summary>
internal static class DisplayNames
{
    public static string DisplayName(this Type type)
    {
        var name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(DisplayName))}>" : name;
    }

    /// <summary>'OrderService.PlaceAsync'; an explicit implementation is named like its interface method.</summary>
    public static string DisplayName(this Type type, MethodInfo method)
        => $"{type.DisplayName()}.{method.Name[(method.Name.LastIndexOf('.') + 1)..]}";

    /// <summary>The name of whatever can carry an attribute.</summary>
    public static string DisplayName(this MemberInfo member)
        => member is MethodInfo method ? method.DeclaringType!.DisplayName(method) : ((Type)member).DisplayName();
}
