namespace TxAspects.DependencyInjection.UnitScoped;

/// <summary>A singleton, so that its services are those of no scope.</summary>
internal sealed class RootServices(IServiceProvider services)
{
    public bool Are(IServiceProvider other) => services == other;
}
