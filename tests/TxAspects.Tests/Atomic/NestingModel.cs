namespace TxAspects.Tests;

/// <summary>The rules of atomic blocks over rows in two lists. It shares nothing with the library.</summary>
public sealed class NestingModel
{
    private string _durable = "";
    private string _open = "";
    private int _transaction;
    private bool _doomed;

    public static NestingOutcome Run(Nesting nesting) => new NestingModel().RunUnit(nesting);

    private NestingOutcome RunUnit(Nesting nesting)
    {
        if (nesting.Before)
            Write("b");

        _ = Block(nesting.OuterMode, () =>
        {
            Write("o");
            var innerReturned = Block(nesting.InnerMode, () =>
            {
                Write("i");
                return nesting.Inner is Inner.Returns;
            });
            if (!innerReturned && nesting.Inner is not Inner.ThrowsAndIsSwallowed)
                return false;

            Write("p");
            return nesting.OuterReturns;
        });

        Write("a");
        if (!_doomed)
            Commit();
        return new NestingOutcome(_durable, _doomed);
    }

    /// <summary>Runs a block whose body says whether it returned; false where the block threw.</summary>
    private bool Block(WhenInTransaction mode, Func<bool> body)
    {
        if (mode is WhenInTransaction.Savepoint)
            return !_doomed && Nested(body);

        if (_open.Length > 0 && mode is WhenInTransaction.Throw)
            return false;

        var joins = _open.Length > 0 && mode is WhenInTransaction.Join;
        if (mode is WhenInTransaction.Commit && _open.Length > 0 && !_doomed)
            Commit();
        else if (mode is WhenInTransaction.Rollback)
            Rollback();

        if (_doomed)
            return false;

        if (body() && !_doomed)
        {
            Commit();
            return true;
        }

        // What was open before the block is durable by now, or was given up on request; only a joined block takes the work of others along.
        Rollback();
        _doomed = joins;
        return false;
    }

    private bool Nested(Func<bool> body)
    {
        var (before, transaction) = (_open, _transaction);
        if (body() && !_doomed)
            return true;

        if (_transaction == transaction)
        {
            (_open, _doomed) = (before, false);
            return false;
        }

        // The transaction of the savepoint is gone. Where that took work from before the block along against its will, the unit stays
        // doomed.
        var doomed = _doomed && before.Length > 0;
        Rollback();
        _doomed = doomed;
        return false;
    }

    private void Write(string row) => _open += row;

    private void Commit()
    {
        _durable += _open;
        End();
    }

    private void Rollback()
    {
        End();
        _doomed = false;
    }

    private void End()
    {
        _open = "";
        _transaction++;
    }
}
