using Microsoft.Extensions.Configuration;

namespace TxAspects.Tests;

/// <summary>A container, or a scope of one, whichever library it is from.</summary>
public abstract class TestContainer : IAsyncDisposable
{
    public abstract T Resolve<T>()
        where T : class;

    public abstract T Resolve<T>(string name)
        where T : class;

    public abstract TestContainer BeginScope();

    public abstract ValueTask DisposeAsync();

    protected static IConfiguration Configure(string name, string connectionString)
        => new ConfigurationBuilder()
            .AddInMemoryCollection([new KeyValuePair<string, string?>($"ConnectionStrings:{name}", connectionString)])
            .Build();
}
