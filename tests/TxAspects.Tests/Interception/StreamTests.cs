using System.Runtime.CompilerServices;
using Autofac;

namespace TxAspects.Tests;

/// <summary>What the suites of sequences share.</summary>
public abstract class StreamTests(Action<ContainerBuilder> register) : DatabaseTests
{
    private IContainer? _container;

    protected IStreams Streams => (_container ??= Containers.Build(register)).Resolve<IStreams>();

    [TestCleanup]
    public void DisposeContainer() => _container?.Dispose();

    /// <summary>Inserts each item and yields it, then fails where it was told to.</summary>
    protected async IAsyncEnumerable<string> InsertingAsync(
        string[] items, Exception? failure = null, Action? last = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            foreach (var item in items)
            {
                await InsertAsync(item);
                yield return item;
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (failure is not null)
                throw failure;
        }
        finally
        {
            last?.Invoke();
        }
    }

    /// <summary>Yields the unit in which each of three steps ran.</summary>
    protected static async IAsyncEnumerable<ITxUnit?> UnitsAsync()
    {
        for (var step = 0; step < 3; step++)
        {
            await Task.Yield();
            yield return Tx.Current;
        }
    }
}
