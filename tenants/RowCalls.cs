using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tenants;

internal sealed class RowCalls(DbConnect<TenantContext> connect) : IRowCalls
{
    public Task RunAsync(Func<Task> body) => body();

    public Task LimitedAsync(Func<Task> body) => body();

    public Task ReadAsync(Func<Task> body) => body();

    public Task IsolatedAsync(Func<Task> body) => body();

    public Task RetriedAsync(Func<Task> body) => body();

    public Task NestedAsync(Func<Task> body) => body();

    public Task ApartAsync(Func<Task> body) => body();

    public async IAsyncEnumerable<string> StreamAsync()
    {
        var db = await Tx.SessionAsync(connect);
        await foreach (var tenant in db.Rows.Select(row => row.Tenant).Take(10).AsAsyncEnumerable())
            yield return tenant;
    }
}
