using Microsoft.EntityFrameworkCore;

namespace TxAspects.Docs.Tests.FromTransactionScope;

public sealed class Account
{
    public required string Id { get; init; }

    public decimal Balance { get; set; }
}

public sealed class Entry
{
    public int Id { get; init; }

    public required string Text { get; init; }
}

public sealed class BankContext(DbContextOptions<BankContext> options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Entry> Entries => Set<Entry>();
}

public sealed class NotEnoughException() : Exception("There is not enough money in the account.");
