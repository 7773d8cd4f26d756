using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <summary>Units of work and their sessions, called from proxied and plain code alike.</summary>
/// <remarks>
/// Everything acts on the unit of work that is ambient where it is called. Where none is open a call throws
/// <see cref="NoUnitOfWorkException"/>, and in a task that outlived its unit <see cref="UnitOfWorkEndedException"/>.
/// </remarks>
public static partial class Tx
{
    /// <summary>Whether a unit of work is open here.</summary>
    public static bool IsOpen => AmbientUnit.Open is not null;

    /// <summary>The unit of work that is open here, or null.</summary>
    public static ITxUnit? Current => AmbientUnit.Open;

    /// <summary>
    /// The transactions that are open here: those of the unit that is open, and of the units around it, which wait for it to end.
    /// </summary>
    public static IReadOnlyList<OpenTransaction> OpenTransactions
    {
        get
        {
            List<OpenTransaction>? open = null;
            for (var unit = AmbientUnit.Open; unit is not null; unit = unit.Around)
            {
                foreach (var session in unit.AllSessions().Select(enlisted => enlisted.Session!).Where(session => session.Gate.IsOpen))
                    (open ??= []).Add(new OpenTransaction(unit.Name, session.ConnectName));
            }

            return open ?? [];
        }
    }

    /// <summary>
    /// Sets what holds for units that plain code opens with <see cref="Tx"/>. Call it once, at start-up; the last call wins. The
    /// container integrations call it with their options when the container is built.
    /// </summary>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    public static void Configure(TxAspectsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        AmbientUnit.ProcessOptions = options;
    }

    /// <summary>From now on the unit can only roll back. In the method that opened it the unit rolls back without an exception.</summary>
    /// <remarks>
    /// In a call that joined the unit it dooms: the outermost call then throws <see cref="UnitOfWorkDoomedException"/>. In a nested call it
    /// undoes that call alone.
    /// </remarks>
    /// <param name="reason">Why, for messages and the log.</param>
    public static void SetRollbackOnly(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        AmbientUnit.Require("Tx.SetRollbackOnly").SetRollbackOnly(reason);
    }
}
