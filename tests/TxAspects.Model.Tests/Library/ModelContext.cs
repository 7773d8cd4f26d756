using Microsoft.EntityFrameworkCore;

namespace TxAspects.Model.Tests.Library;

public sealed class ModelContext(DbContextOptions<ModelContext> options) : DbContext(options)
{
    public const string Schema = """
        CREATE UNLOGGED TABLE rows (id bigint PRIMARY KEY, tree integer NOT NULL, amount integer NOT NULL, slot integer UNIQUE);
        CREATE INDEX rows_tree ON rows (tree);
        INSERT INTO rows VALUES (0, 0, 0, 1);
        """;

    public DbSet<Row> Rows => Set<Row>();

    protected override void OnModelCreating(ModelBuilder model)
        => model.Entity<Row>(row =>
        {
            row.ToTable("rows");
            row.Property(one => one.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(one => one.Tree).HasColumnName("tree");
            row.Property(one => one.Amount).HasColumnName("amount");
            row.Property(one => one.Slot).HasColumnName("slot");
        });
}
