using Microsoft.EntityFrameworkCore;

namespace TxAspects.TwoPhase.Tests;

internal sealed class LedgerContext(DbContextOptions<LedgerContext> options) : DbContext(options)
{
    public const string Schema = """
        CREATE TABLE entries (id uuid PRIMARY KEY);
        CREATE TABLE txaspects_decisions (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT NULL DEFAULT now());
        """;

    public DbSet<Entry> Entries => Set<Entry>();

    public static DbConnect<LedgerContext> Connect(string connectionString, string name)
        => PostgresConnect.Create<LedgerContext>(connectionString, new() { Name = name, TwoPhase = new PostgresTwoPhase() });

    protected override void OnModelCreating(ModelBuilder model)
        => model.Entity<Entry>().ToTable("entries").Property(entry => entry.Id).HasColumnName("id").ValueGeneratedNever();
}
