using Microsoft.EntityFrameworkCore.Migrations;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>Refuses migrations on a session: they open the connection, lock and commit by themselves.</summary>
internal sealed class SessionMigrator(IMigrator inner, SessionSlot slot) : IMigrator
{
    public void Migrate(string? targetMigration = null)
    {
        ThrowIfSession("Migrate");
        inner.Migrate(targetMigration);
    }

    public Task MigrateAsync(string? targetMigration = null, CancellationToken cancellationToken = default)
    {
        ThrowIfSession("MigrateAsync");
        return inner.MigrateAsync(targetMigration, cancellationToken);
    }

    public string GenerateScript(
        string? fromMigration = null, string? toMigration = null,
        MigrationsSqlGenerationOptions options = MigrationsSqlGenerationOptions.Default)
        => inner.GenerateScript(fromMigration, toMigration, options);

    public bool HasPendingModelChanges() => inner.HasPendingModelChanges();

    private void ThrowIfSession(string operation)
    {
        if (slot.Session is { } session)
            throw SessionException.MigratedInSession(session.Owner.Name, session.ConnectName, operation);
    }
}
