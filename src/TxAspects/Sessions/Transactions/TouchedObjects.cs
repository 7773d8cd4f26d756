using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Sessions.Transactions;

/// <summary>What a nested call or block does to the objects of its context, so that they are right when its work was undone.</summary>
/// <remarks>
/// The changes from before are saved when it begins, so the original values of an object are those of the database until the object is
/// first saved inside. They are kept when it first changes, and put back without a query.
/// </remarks>
/// <param name="isOwn">Whether the code that runs here belongs to the call; what other flows do to the objects of their unit is not its to
/// undo.</param>
internal sealed class TouchedObjects(Func<bool> isOwn)
{
    private readonly HashSet<object> _new = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, Changed> _changed = new(ReferenceEqualityComparer.Instance);
    private readonly List<(object Entity, IProperty Key)> _generatedKeys = [];
    private DbContext? _context;

    public void Start(DbContext context)
    {
        _context = context;
        context.ChangeTracker.Tracked += Tracked;
        context.ChangeTracker.StateChanged += StateChanged;
    }

    public void Stop()
    {
        if (_context is not { } context || SessionSlot.IsDisposed(context))
            return;

        context.ChangeTracker.Tracked -= Tracked;
        context.ChangeTracker.StateChanged -= StateChanged;
        _context = null;
    }

    public bool IsEmpty => _new.Count == 0 && _changed.Count == 0;

    /// <summary>Whether the call has brought this object into the context, or changed it.</summary>
    public bool Has(object entity) => _new.Contains(entity) || _changed.ContainsKey(entity);

    public void Forget()
    {
        _new.Clear();
        _changed.Clear();
        _generatedKeys.Clear();
    }

    /// <summary>Puts the objects back, and returns those with which that could not be done; they are detached.</summary>
    public IReadOnlyCollection<object> PutBack()
    {
        if (_context is not { } context)
            return [];

        var tracker = context.ChangeTracker;
        var detects = tracker.AutoDetectChangesEnabled;
        try
        {
            if (detects)
                tracker.DetectChanges();
            tracker.AutoDetectChangesEnabled = false;
            DetachNew(tracker);
            return PutBackChanged(tracker);
        }
        catch (InvalidOperationException)
        {
            // What was done to the objects cannot even be found out, such as two objects with one key.
            tracker.Clear();
            return [.. _new, .. _changed.Keys];
        }
        finally
        {
            tracker.AutoDetectChangesEnabled = detects;
            Stop();
        }
    }

    private void Tracked(object? sender, EntityTrackedEventArgs tracked)
    {
        var entry = tracked.Entry;
        if (_changed.ContainsKey(entry.Entity) || !isOwn())
            return;

        _new.Add(entry.Entity);
        if (tracked.FromQuery || entry.State is not EntityState.Added)
            return;

        foreach (var property in entry.Metadata.FindPrimaryKey()?.Properties ?? [])
        {
            if (!property.IsShadowProperty() && entry.Property(property.Name).IsTemporary)
                _generatedKeys.Add((entry.Entity, property));
        }
    }

    private void StateChanged(object? sender, EntityStateChangedEventArgs changed)
    {
        var entry = changed.Entry;
        if (changed.OldState is EntityState.Unchanged && isOwn() && !_new.Contains(entry.Entity) && !_changed.ContainsKey(entry.Entity))
            _changed.Add(entry.Entity, new Changed(entry, entry.OriginalValues.Clone()));
    }

    // EF Core takes an object out of the navigations of others when it goes from Added to Detached.
    private void DetachNew(ChangeTracker tracker)
    {
        foreach (var entry in tracker.Entries().Where(entry => _new.Contains(entry.Entity)).ToArray())
        {
            if (entry.State is not EntityState.Detached and not EntityState.Added)
                entry.State = EntityState.Added;
            entry.State = EntityState.Detached;
        }

        foreach (var (entity, key) in _generatedKeys)
        {
            if (key.PropertyInfo is { CanWrite: true } property)
                property.SetValue(entity, key.Sentinel);
            else
                key.FieldInfo?.SetValue(entity, key.Sentinel);
        }
    }

    private List<object> PutBackChanged(ChangeTracker tracker)
    {
        var broken = new List<object>();
        foreach (var (entity, changed) in _changed.ToArray())
        {
            var entry = changed.FindEntry(tracker);
            try
            {
                if (entry.State is EntityState.Detached)
                    entry.State = EntityState.Unchanged;
                entry.CurrentValues.SetValues(changed.Values);
                entry.OriginalValues.SetValues(changed.Values);
                entry.State = EntityState.Unchanged;
            }
            catch (InvalidOperationException)
            {
                entry.State = EntityState.Detached;
                broken.Add(entity);
            }
        }

        return broken;
    }

    /// <summary>
    /// An object that was there before, with its entry, because that keeps the shadow values of one that is tracked no more.
    /// </summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Values">Its values in the database.</param>
    private sealed record Changed(EntityEntry Entry, PropertyValues Values)
    {
        /// <summary>The entry, or the one with which somebody has tracked the object anew.</summary>
        public EntityEntry FindEntry(ChangeTracker tracker)
            => Entry.State is not EntityState.Detached
                ? Entry
                : tracker.Entries().FirstOrDefault(other => ReferenceEquals(other.Entity, Entry.Entity)) ?? Entry;
    }
}
