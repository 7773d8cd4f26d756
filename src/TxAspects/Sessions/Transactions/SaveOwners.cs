using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace TxAspects.Sessions.Transactions;

/// <summary>
/// To whom a save belongs: to the flow that sends it, and to those whose objects it saves, because their rows would go with it.
/// </summary>
internal sealed class SaveOwners(Session session, List<Place> places)
{
    private List<(Place Place, Mark? Owner)>? _saving;    // lock on the places

    /// <summary>A save is about to be sent by a flow in this mark.</summary>
    /// <remarks>Until it has succeeded that means nothing: a save that fails is undone, and the objects wait for the next.</remarks>
    public void Saving(Mark? here)
    {
        lock (places)
        {
            if (places.Count == 0)
                return;

            _saving = [];
            var pending = Pending();
            foreach (var place in places.Where(place => !place.IsUsers))
            {
                if (!Mark.IsInside(here, place.Mark))
                {
                    if (pending.Exists(place.Objects.Has))
                        _saving.Add((place, place.Mark));
                }
                else if (pending.Find(entity => !place.Objects.Has(entity)) is { } foreign)
                {
                    _saving.Add((place, FindOwner(foreign, place)));
                }
            }
        }
    }

    /// <summary>The save has succeeded.</summary>
    public void Saved()
    {
        lock (places)
        {
            _saving?.ForEach(one => one.Place.Used(one.Owner));
            _saving = null;
        }
    }

    /// <summary>The mark outside a place whose object this is; null where it is the unit's.</summary>
    private Mark? FindOwner(object entity, Place place)
        => places.Find(other => !other.IsUsers && !Mark.IsInside(other.Mark, place.Mark) && other.Objects.Has(entity))?.Mark;

    /// <summary>The objects with changes, as EF Core found them for the save that it is about to send.</summary>
    private List<object> Pending()
    {
        var tracker = session.Context.ChangeTracker;
        var detects = tracker.AutoDetectChangesEnabled;
        tracker.AutoDetectChangesEnabled = false;
        try
        {
            return [.. tracker.Entries().Where(IsPending).Select(entry => entry.Entity)];
        }
        finally
        {
            tracker.AutoDetectChangesEnabled = detects;
        }
    }

    private static bool IsPending(EntityEntry entry) => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted;
}
