using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using TxAspects.Drivers;

namespace TxAspects.Sessions.LastSaves;

/// <summary>What a database has said of the tables of one model. Read once for each engine and model.</summary>
internal sealed class SaveTables
{
    private readonly HashSet<ITableBase> _canGuard = [];
    private readonly HashSet<IColumnBase> _canRead = [];

    private SaveTables(IColumn[] columns, SaveFacts facts)
    {
        StartsReadCommitted = facts.StartsReadCommitted;
        for (var index = 0; index < columns.Length; index++)
        {
            if (facts.CanGuard[index])
                _canGuard.Add(columns[index].Table);
            if (facts.CanRead[index])
                _canRead.Add(columns[index]);
        }
    }

    /// <summary>Whether a transaction that asks for nothing may write, and reads what was committed.</summary>
    public bool StartsReadCommitted { get; }

    /// <summary>Whether the statements that write a table can be guarded.</summary>
    public bool CanGuard(ITableBase? table) => table is not null && _canGuard.Contains(table);

    /// <summary>Whether the value that the database gives back is certainly one that the model can take.</summary>
    public bool CanRead(IColumnModification value)
        => value is { TypeMapping.Converter: null, Column: { } column } && _canRead.Contains(column);

    /// <summary>
    /// Finds what is known of the tables of a session's model. Where that is nothing yet, asks in the session's transaction.
    /// </summary>
    public static async ValueTask<SaveTables> FindAsync(
        Session session, CommitWithSave driver, bool async, CancellationToken cancellationToken)
    {
        var model = session.Context.Model;
        if (session.Engine.SaveTables.TryGetValue(model, out var known))
            return known;

        var names = session.Context.GetService<ISqlGenerationHelper>();
        IColumn[] columns = [.. model.GetRelationalModel().Tables.SelectMany(table => table.Columns)];
        session.CheckUse();
        session.Enter();
        try
        {
            await session.Gate.BeginAsync(IsolationLevel.Unspecified, async, cancellationToken).ConfigureAwait(false);
            var facts = await driver.ReadFactsAsync(
                session.Gate.DbTransaction!, [.. columns.Select(Describe)], async, cancellationToken).ConfigureAwait(false);
            return session.Engine.SaveTables.GetOrAdd(model, new SaveTables(columns, facts));
        }
        finally
        {
            session.Admission.Leave();
        }

        SaveColumn Describe(IColumn column) => new(
            names.DelimitIdentifier(column.Table.Name, column.Table.Schema), column.Name, column.StoreType, column.IsNullable);
    }
}
