using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <content>The session as a container hands it out.</content>
public static partial class Tx
{
    /// <summary>
    /// The unit's session of a connect, for a container to inject: <c>services.AddTransient(_ => Tx.InjectedSession(connect))</c>.
    /// <c>AddTxConnect</c> registers the context type so.
    /// </summary>
    /// <remarks>
    /// A container disposes what it hands out at the end of some scope, which need not be that of the unit. So only a pooled context can be
    /// handed out: nobody's <c>Dispose</c> matters there.
    /// </remarks>
    /// <exception cref="NoUnitOfWorkException">No unit of work is open.</exception>
    /// <exception cref="SessionException">The context is not pooled.</exception>
    /// <exception cref="SynchronousUseException">The connect's BeforeCreateSession did not complete at once.</exception>
    public static TContext InjectedSession<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        if (AmbientUnit.IsNone)
            throw NoUnitOfWorkException.ForInjection(typeof(TContext).Name, connect.Name);

        var session = AmbientUnit.Require(connect).EnlistAsync(connect, async: false, default).Completed().Session!;
        return session.EndsWhenDisposed
            ? throw SessionException.NotInjectable(typeof(TContext).Name, connect.Name)
            : (TContext)session.Context;
    }
}
