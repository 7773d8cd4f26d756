using Microsoft.EntityFrameworkCore;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Library;

/// <summary>The steps that have no steps inside them.</summary>
internal sealed class LibrarySteps(Lane lane, int tree)
{
    private readonly Dictionary<int, int> _conflicts = [];
    private readonly Dictionary<int, Row> _rows = [];

    public Task RunAsync(Step step)
    {
        var connect = lane.Connects[step.Connect];
        switch (step.Kind)
        {
            case StepKind.Commit: return Tx.CommitAsync(connect);
            case StepKind.Rollback: return Tx.RollbackAsync(connect);
            case StepKind.Close: return Tx.CloseAsync(connect);
            case StepKind.CommitAll: return Tx.CommitAllAsync();
            case StepKind.RollbackAll: return Tx.RollbackAllAsync();
            case StepKind.CloseAll: return Tx.CloseAllAsync();
            case StepKind.Throw: throw new DeliberateException(step.Id);
            case StepKind.ThrowTolerated: throw new ToleratedException(step.Id);
            case StepKind.RollbackOnly:
                Tx.SetRollbackOnly($"step {step.Id}");
                return Task.CompletedTask;
            case StepKind.Pass:
                TreeTime.Pass(step.Number);
                return Task.CompletedTask;
            case StepKind.Touch:
                if (_rows.TryGetValue(step.Number, out var row))
                    row.Amount = step.Id;
                return Task.CompletedTask;
            default:
                return UseAsync(step, connect);
        }
    }

    private async Task UseAsync(Step step, DbConnect<ModelContext> connect)
    {
        var db = await Tx.SessionAsync(connect);
        switch (step.Kind)
        {
            case StepKind.Add or StepKind.AddBad:
                db.Add(_rows[step.Id] = RowOf(step));
                break;
            case StepKind.Save or StepKind.SaveBad:
                await SaveAsync(step, db);
                break;
            case StepKind.Sql or StepKind.SqlBad:
                var row = RowOf(step);
                await db.Database.ExecuteSqlAsync($"INSERT INTO rows VALUES ({row.Id}, {row.Tree}, {row.Amount}, {row.Slot})");
                break;
            case StepKind.Conflict:
                await MeetConflictAsync(step, db);
                break;
            default:
                await db.Rows.AsNoTracking().Where(one => one.Tree == tree).CountAsync();
                break;
        }
    }

    /// <summary>As careful user code does it: what could not be saved is taken out again.</summary>
    private async Task SaveAsync(Step step, ModelContext db)
    {
        var row = _rows[step.Id] = RowOf(step);
        db.Add(row);
        try
        {
            await db.SaveChangesAsync();
        }
        catch
        {
            db.Entry(row).State = EntityState.Detached;
            throw;
        }
    }

    private async Task MeetConflictAsync(Step step, ModelContext db)
    {
        if ((_conflicts[step.Id] = _conflicts.GetValueOrDefault(step.Id) + 1) <= step.Number)
            await db.Database.ExecuteSqlRawAsync("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$");
        else
            await db.Database.ExecuteSqlRawAsync("SELECT 1");
    }

    private Row RowOf(Step step) => new() { Id = (tree * 1000L) + step.Id, Tree = tree, Amount = step.Id, Slot = step.IsBad ? 1 : null };
}
