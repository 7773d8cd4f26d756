using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace TxAspects.Sessions.Transactions;

/// <summary>
/// Entries that user code has sent with <c>SaveChanges(acceptAllChangesOnSuccess: false)</c>, and that its tracker still takes for unsaved. Before the library saves by itself they
/// are accepted as they were sent, so that no row is written twice; what was changed in them since is saved.
/// </summary>
internal sealed class SentEntries
{
    private readonly List<(EntityEntry Entry, EntityState State, PropertyValues? Sent)> _sent = [];

    public void Add(ChangeTracker tracker)
    {
        _sent.Clear();
        foreach (var entry in tracker.Entries().Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted))
            _sent.Add((entry, entry.State, entry.State is EntityState.Deleted ? null : entry.CurrentValues.Clone()));
    }

    public void Forget() => _sent.Clear();

    public void Accept()
    {
        foreach (var (entry, state, sent) in _sent)
        {
            // Whoever has accepted it, saved it again or given it up has left another state behind.
            if (entry.State != state)
                continue;

            if (sent is null)
            {
                entry.State = EntityState.Detached;
                continue;
            }

            var changed = sent.Properties.Where(property => !Equals(sent[property], entry.CurrentValues[property])).ToArray();
            entry.State = EntityState.Unchanged;
            foreach (var property in changed)
            {
                entry.OriginalValues[property] = sent[property];
                entry.Property(property.Name).IsModified = true;
            }
        }

        _sent.Clear();
    }
}
