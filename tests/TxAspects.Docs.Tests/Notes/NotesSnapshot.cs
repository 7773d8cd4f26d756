using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace TxAspects.Docs.Tests.Notes;

[DbContext(typeof(NotesContext))]
public sealed class NotesSnapshot : ModelSnapshot
{
    protected override void BuildModel(ModelBuilder modelBuilder)
    {
        modelBuilder.HasAnnotation("ProductVersion", "10.0.15").HasAnnotation("Relational:MaxIdentifierLength", 63);
        modelBuilder.UseIdentityByDefaultColumns();
        modelBuilder.Entity("TxAspects.Docs.Tests.Notes.Note", note =>
        {
            note.Property<int>("Id").ValueGeneratedOnAdd().HasColumnType("integer").UseIdentityByDefaultColumn();
            note.Property<string>("Text").IsRequired().HasColumnType("text");
            note.HasKey("Id");
            note.ToTable("Notes");
        });
    }
}
