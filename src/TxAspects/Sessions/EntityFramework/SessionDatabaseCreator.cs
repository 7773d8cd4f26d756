using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>Refuses to drop the database to which a session is connected. Tables are created in the session's transaction.</summary>
internal sealed class SessionDatabaseCreator(IRelationalDatabaseCreator inner, SessionSlot slot) : IRelationalDatabaseCreator
{
    public bool Exists() => inner.Exists();

    public Task<bool> ExistsAsync(CancellationToken cancellationToken = default) => inner.ExistsAsync(cancellationToken);

    public bool HasTables() => inner.HasTables();

    public Task<bool> HasTablesAsync(CancellationToken cancellationToken = default) => inner.HasTablesAsync(cancellationToken);

    public void Create() => inner.Create();

    public Task CreateAsync(CancellationToken cancellationToken = default) => inner.CreateAsync(cancellationToken);

    public void Delete()
    {
        ThrowIfSession("EnsureDeleted");
        inner.Delete();
    }

    public Task DeleteAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfSession("EnsureDeletedAsync");
        return inner.DeleteAsync(cancellationToken);
    }

    public void CreateTables() => inner.CreateTables();

    public Task CreateTablesAsync(CancellationToken cancellationToken = default) => inner.CreateTablesAsync(cancellationToken);

    public string GenerateCreateScript() => inner.GenerateCreateScript();

    public bool EnsureDeleted()
    {
        ThrowIfSession("EnsureDeleted");
        return inner.EnsureDeleted();
    }

    public Task<bool> EnsureDeletedAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfSession("EnsureDeletedAsync");
        return inner.EnsureDeletedAsync(cancellationToken);
    }

    public bool EnsureCreated() => inner.EnsureCreated();

    public Task<bool> EnsureCreatedAsync(CancellationToken cancellationToken = default) => inner.EnsureCreatedAsync(cancellationToken);

    public bool CanConnect() => inner.CanConnect();

    public Task<bool> CanConnectAsync(CancellationToken cancellationToken = default) => inner.CanConnectAsync(cancellationToken);

    private void ThrowIfSession(string operation)
    {
        if (slot.Session is { } session)
            throw SessionException.MigratedInSession(session.Owner.Name, session.ConnectName, operation);
    }
}
