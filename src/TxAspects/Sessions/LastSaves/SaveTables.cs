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
    private readonly HashSet<ITableBase> _takesRows = [];
    private readonly HashSet<IColumnBase> _canRead = [];

    private SaveTables(IRelationalModel model, IColumn[] columns, SaveFacts facts)
    {
        StartsReadCommitted = facts.StartsReadCommitted;
        HasProcedures = model.StoredProcedures.Any();
        for (var index = 0; index < columns.Length; index++)
        {
            if (facts.CanGuard[index])
                _canGuard.Add(columns[index].Table);
            if (facts.TakesRows[index])
                _takesRows.Add(columns[index].Table);
            if (facts.CanRead[index])
                _canRead.Add(columns[index]);
        }
    }

    /// <summary>Whether a transaction that asks for nothing may write, and reads what was committed.</summary>
    public bool StartsReadCommitted { get; }

    /// <summary>Whether the model maps stored procedures, of which the provider alone knows what they give back.</summary>
    public bool HasProcedures { get; }

    /// <summary>Whether an insert adds a row or fails, so that it needs no guard where nothing else is saved.</summary>
    public bool TakesRows(ITableBase? table) => table is not null && _takesRows.Contains(table);

    /// <summary>Whether the statements that write a table can be guarded.</summary>
    public bool CanGuard(ITableBase? table) => table is not null && _canGuard.Contains(table);

    /// <summary>Whether the values that the database gives back are certainly such as the model can take.</summary>
    public bool CanReadAll(IReadOnlyList<IColumnModification> values)
    {
        for (var index = 0; index < values.Count; index++)
        {
            if (values[index] is { IsRead: true } value && !CanRead(value))
                return false;
        }

        return true;
    }

    /// <summary>What is known of the tables of a session's model; null where nobody has asked yet.</summary>
    public static SaveTables? Find(Session session) => session.Engine.SaveTables.GetValueOrDefault(session.Context.Model);

    /// <summary>Asks for it in the session's transaction.</summary>
    public static async ValueTask<SaveTables> ReadAsync(
        Session session, CommitWithSave driver, bool async, CancellationToken cancellationToken)
    {
        var model = session.Context.Model;
        var names = session.Context.GetService<ISqlGenerationHelper>();
        IColumn[] columns = [.. model.GetRelationalModel().Tables.SelectMany(table => table.Columns)];
        session.CheckUse();
        session.Enter();
        try
        {
            await session.Gate.BeginAsync(IsolationLevel.Unspecified, async, cancellationToken).ConfigureAwait(false);
            var facts = await driver.ReadFactsAsync(
                session.Gate.DbTransaction!, [.. columns.Select(Describe)], async, cancellationToken).ConfigureAwait(false);
            return session.Engine.SaveTables.GetOrAdd(model, new SaveTables(model.GetRelationalModel(), columns, facts));
        }
        finally
        {
            session.Admission.Leave();
        }

        SaveColumn Describe(IColumn column) => new(
            names.DelimitIdentifier(column.Table.Name, column.Table.Schema), column.Name, column.StoreType, column.IsNullable);
    }

    private bool CanRead(IColumnModification value)
        => value is { TypeMapping.Converter: null, Column: { } column } && _canRead.Contains(column);
}
