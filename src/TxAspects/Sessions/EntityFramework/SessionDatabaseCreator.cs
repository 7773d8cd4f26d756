using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>Refuses to drop the database to which a session is connected. Tables are created in the session's transaction.</summary>
/// <remarks>It derives from EF Core's own class, because user code casts what it is given to that.</remarks>
internal sealed class SessionDatabaseCreator(
    IRelationalDatabaseCreator inner, SessionSlot slot, RelationalDatabaseCreatorDependencies dependencies)
    : RelationalDatabaseCreator(dependencies)
{
    public override bool Exists() => inner.Exists();

    public override Task<bool> ExistsAsync(CancellationToken cancellationToken = default) => inner.ExistsAsync(cancellationToken);

    public override bool HasTables() => inner.HasTables();

    public override Task<bool> HasTablesAsync(CancellationToken cancellationToken = default) => inner.HasTablesAsync(cancellationToken);

    public override void Create() => inner.Create();

    public override Task CreateAsync(CancellationToken cancellationToken = default) => inner.CreateAsync(cancellationToken);

    public override void Delete()
    {
        ThrowIfSession("EnsureDeleted");
        inner.Delete();
    }

    public override Task DeleteAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfSession("EnsureDeletedAsync");
        return inner.DeleteAsync(cancellationToken);
    }

    public override void CreateTables() => inner.CreateTables();

    public override Task CreateTablesAsync(CancellationToken cancellationToken = default) => inner.CreateTablesAsync(cancellationToken);

    public override string GenerateCreateScript() => inner.GenerateCreateScript();

    public override bool EnsureDeleted()
    {
        ThrowIfSession("EnsureDeleted");
        return inner.EnsureDeleted();
    }

    public override Task<bool> EnsureDeletedAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfSession("EnsureDeletedAsync");
        return inner.EnsureDeletedAsync(cancellationToken);
    }

    public override bool EnsureCreated() => inner.EnsureCreated();

    public override Task<bool> EnsureCreatedAsync(CancellationToken cancellationToken = default)
        => inner.EnsureCreatedAsync(cancellationToken);

    public override bool CanConnect() => inner.CanConnect();

    public override Task<bool> CanConnectAsync(CancellationToken cancellationToken = default) => inner.CanConnectAsync(cancellationToken);

    private void ThrowIfSession(string operation)
    {
        if (slot.Session is { } session)
            throw SessionException.MigratedInSession(session.Owner.Name, session.ConnectName, operation);
    }
}
