namespace TxAspects.Tests;

/// <content>The synchronous twins.</content>
public partial class SubclassedUnits
{
    [UnitOfWork(Propagation = Propagation.Mandatory)]
    public virtual void Mandatory(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Supports)]
    public virtual void Supports(Action body) => body();

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    public virtual void NotSupported(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Never)]
    public virtual void Never(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Outermost)]
    public virtual void Outermost(Action body) => body();

    [UnitOfWork(ReadOnly = true)]
    public virtual void ReadOnly(Action body) => body();

    [UnitOfWork(CommitOn = [typeof(ApplicationException)])]
    public virtual void CommitOnApplicationException(Action body) => body();
}
