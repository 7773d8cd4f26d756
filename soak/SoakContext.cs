using Microsoft.EntityFrameworkCore;

namespace TxAspects.Soak;

/// <summary>The rows that are written, and a few that all workers fight for.</summary>
public sealed class SoakContext(DbContextOptions<SoakContext> options) : DbContext(options)
{
    public const int HotRows = 5;

    public static readonly string Schema = $"""
        CREATE TABLE writes (
            id bigint PRIMARY KEY,
            amount integer NOT NULL CHECK (amount > 0),
            backend integer NOT NULL DEFAULT pg_backend_pid(),
            at timestamptz NOT NULL DEFAULT clock_timestamp());
        CREATE TABLE hot (id integer PRIMARY KEY, amount bigint NOT NULL);
        INSERT INTO hot SELECT one, 0 FROM generate_series(1, {HotRows}) one;
        CREATE TABLE txaspects_commits (
            id uuid PRIMARY KEY,
            committed boolean NOT NULL,
            at timestamptz NOT NULL DEFAULT now());
        -- Makes COMMIT last long enough to be hit by a fault.
        CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.03); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON writes DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.amount = 777) EXECUTE FUNCTION linger();
        """;

    protected override void OnModelCreating(ModelBuilder model)
        => model.Entity<Row>(row =>
        {
            row.ToTable("writes");
            row.Property(one => one.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(one => one.Amount).HasColumnName("amount");
        });
}
