namespace TxAspects.Tests;

/// <content>The synchronous twins.</content>
public sealed partial class ProxiedUnits
{
    [UnitOfWork(Propagation = Propagation.Mandatory)]
    public void Mandatory(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Supports)]
    public void Supports(Action body) => body();

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    public void NotSupported(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Never)]
    public void Never(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Outermost)]
    public void Outermost(Action body) => body();

    [UnitOfWork(ReadOnly = true)]
    public void ReadOnly(Action body) => body();

    [UnitOfWork(CommitOn = [typeof(ApplicationException)])]
    public void CommitOnApplicationException(Action body) => body();
}
