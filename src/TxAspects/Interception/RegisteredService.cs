namespace TxAspects.Interception;

/// <summary>A registration, as a container tells it to <see cref="ConnectFindings"/>.</summary>
/// <param name="Service">The type by which it is asked for.</param>
/// <param name="Implementation">The class that the container constructs, or null where a lambda or an instance is registered.</param>
/// <param name="IsMadeEachTime">Whether it is made each time it is asked for; false where a scope or the container keeps it.</param>
public readonly record struct RegisteredService(Type Service, Type? Implementation, bool IsMadeEachTime);
