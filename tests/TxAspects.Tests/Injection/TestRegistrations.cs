using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What a test registers, in whichever container.</summary>
public abstract class TestRegistrations
{
    public abstract void AddConnect<TContext>(
        string name, Func<ConnectRequest, DbConnect<TContext>> create, string? connectionString = null)
        where TContext : DbContext;

    public abstract void AddSingleton<T>(T instance)
        where T : class;

    public abstract void AddScoped<T>()
        where T : class;

    public abstract void AddConnectionString(string name, string connectionString);
}
