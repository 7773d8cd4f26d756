using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.Transactions;

/// <summary>What is known of what a transaction wrote. A transaction that only read is no work: its commit keeps nothing.</summary>
internal readonly record struct Writes(bool AreCertain, bool ArePossible)
{
    /// <summary>Nothing but EF Core's own queries was sent.</summary>
    public bool AreNone => !AreCertain && !ArePossible;

    /// <summary>Something was sent of which only the server knows whether it wrote.</summary>
    public bool AreUnseen => ArePossible && !AreCertain;

    public Writes Certain => new(true, ArePossible);

    public Writes WithUnseen() => this with { ArePossible = true };

    /// <summary>
    /// With one more command. Interceptors of the user's may send others with it, so where there are some only the server knows.
    /// </summary>
    public Writes With(CommandSource source, bool hasForeignInterceptors) => source switch
    {
        CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete => Certain,
        CommandSource.LinqQuery when !hasForeignInterceptors => this,
        _ => WithUnseen(),
    };
}
