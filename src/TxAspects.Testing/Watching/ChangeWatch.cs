using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Testing.Watching;

/// <summary>Finds changes that a session in hand was left with. A unit saves its sessions itself, or is rolled back.</summary>
internal sealed class ChangeWatch(string connectName, Func<DbContext, bool> isOfUnit) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    private readonly Lock _gate = new();    // protects the field below and what is in it
    private readonly Dictionary<DbContext, Change?> _changes = [];    // of the sessions open now
    private readonly List<Change> _lost = [];

    /// <summary>What is wrong with the sessions seen so far, in words.</summary>
    public IEnumerable<string> Findings
    {
        get
        {
            lock (_gate)
                return [.. _lost.Concat(_changes.Values.OfType<Change>()).Select(Describe)];
        }
    }

    public void Watch(DbContext context)
    {
        Lose(context);    // It comes from a pool, and may have served the test before.
        context.ChangeTracker.Tracked += (_, tracked) => Note(context, tracked.Entry, tracked.Entry.State);
        context.ChangeTracker.StateChanged += (_, changed) => Note(context, changed.Entry, changed.NewState);
    }

    /// <summary>Looks at a session that is let go with its transaction open, for changes that EF Core has not detected yet.</summary>
    public void LookAt(DbContext context)
    {
        try
        {
            context.ChangeTracker.DetectChanges();
        }
        catch (ObjectDisposedException)
        {
            // Too late to ask.
        }

        Lose(context);
    }

    public void Forget(DbContext context)
    {
        lock (_gate)
            _changes[context] = null;
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Forget(eventData.Context!);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
        => new(SavedChanges(eventData, result));

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Forget(eventData.Context!);

    public Task TransactionRolledBackAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context!);
        return Task.CompletedTask;
    }

    /// <summary>What a context was left with is lost for good, whatever is rolled back later.</summary>
    private void Lose(DbContext context)
    {
        lock (_gate)
        {
            if (_changes.GetValueOrDefault(context) is { } lost)
                _lost.Add(lost);
            _changes[context] = null;
        }
    }

    private void Note(DbContext context, EntityEntry entry, EntityState state)
    {
        if (state is EntityState.Unchanged or EntityState.Detached || isOfUnit(context))
            return;

        lock (_gate)
            _changes[context] ??= new Change(entry.Metadata.ClrType.Name, Tx.Current?.Name);
    }

    private string Describe(Change change)
        => $"A session of '{connectName}' made by Tx.NewSession {(change.Unit is null ? "outside any unit" : $"in '{change.Unit}'")} was " +
           $"left with a change of '{change.Entity}' that nobody saved; in production it is lost as well. Call SaveChangesAsync and " +
           "CommitAsync, or roll back where it is meant to be given up.";

    private sealed record Change(string Entity, string? Unit);
}
