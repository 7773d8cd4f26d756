using System.Reflection;

namespace TxAspects.Interception.Declarations;

/// <summary>One way into a component that a proxy guards.</summary>
/// <param name="Called">The method that callers name: of an interface, or of the class.</param>
/// <param name="Implementation">The method that runs.</param>
internal readonly record struct EntryPoint(MethodInfo Called, MethodInfo Implementation);
