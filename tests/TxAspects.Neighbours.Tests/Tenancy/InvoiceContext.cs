using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Tenancy;

public sealed class InvoiceContext(DbContextOptions<InvoiceContext> options) : DbContext(options)
{
    public DbSet<Invoice> Invoices => Set<Invoice>();

    protected override void OnModelCreating(ModelBuilder model)
        => model.Entity<Invoice>(invoice =>
        {
            invoice.ToTable("invoices");
            invoice.Property(row => row.Id).HasColumnName("id");
            invoice.Property(row => row.Text).HasColumnName("text");
        });
}
