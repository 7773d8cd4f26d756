using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace TxAspects.Tests;

/// <summary>A context with migrations, as <c>dotnet ef</c> writes them.</summary>
public sealed class MigratedContext(DbContextOptions<MigratedContext> options) : DbContext(options)
{
    public DbSet<MigratedNote> Notes => Set<MigratedNote>();
}

public sealed class MigratedNote
{
    public int Id { get; set; }

    public required string Text { get; set; }
}

[DbContext(typeof(MigratedContext))]
[Migration("20260101000000_Notes")]
public sealed class NotesMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
        => migrationBuilder.CreateTable(
            name: "Notes",
            columns: table => new
            {
                Id = table.Column<int>(type: "integer", nullable: false)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
            },
            constraints: table => table.PrimaryKey("PK_Notes", note => note.Id));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("Notes");
}

[DbContext(typeof(MigratedContext))]
[Migration("20260102000000_Text")]
public sealed class TextMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>(name: "Text", table: "Notes", type: "text", nullable: false, defaultValue: "");
        migrationBuilder.Sql("CREATE INDEX CONCURRENTLY notes_text ON \"Notes\" (\"Text\")", suppressTransaction: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn("Text", "Notes");
}

[DbContext(typeof(MigratedContext))]
public sealed class MigratedContextModelSnapshot : ModelSnapshot
{
    protected override void BuildModel(ModelBuilder modelBuilder)
    {
        modelBuilder.HasAnnotation("ProductVersion", "10.0.0").HasAnnotation("Relational:MaxIdentifierLength", 63);
        modelBuilder.UseIdentityByDefaultColumns();
        modelBuilder.Entity("TxAspects.Tests.MigratedNote", note =>
        {
            note.Property<int>("Id").ValueGeneratedOnAdd().HasColumnType("integer").UseIdentityByDefaultColumn();
            note.Property<string>("Text").IsRequired().HasColumnType("text");
            note.HasKey("Id");
            note.ToTable("Notes");
        });
    }
}
