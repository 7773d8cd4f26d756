namespace TxAspects.Tests;

/// <content>The synchronous twins.</content>
public partial class CalledUnits
{
    public void Mandatory(Action body) => Run(body, new UnitOfWorkOptions { Name = "Mandatory", Propagation = Propagation.Mandatory });

    public void Supports(Action body) => Run(body, new UnitOfWorkOptions { Name = "Supports", Propagation = Propagation.Supports });

    public void NotSupported(Action body)
        => Run(body, new UnitOfWorkOptions { Name = "NotSupported", Propagation = Propagation.NotSupported });

    public void Never(Action body) => Run(body, new UnitOfWorkOptions { Name = "Never", Propagation = Propagation.Never });

    public void Outermost(Action body) => Run(body, new UnitOfWorkOptions { Name = "Outermost", Propagation = Propagation.Outermost });

    public void ReadOnly(Action body) => Run(body, new UnitOfWorkOptions { Name = "ReadOnly", ReadOnly = true });

    public void CommitOnApplicationException(Action body)
        => Run(body, new UnitOfWorkOptions { Name = "CommitOnApplicationException", CommitOn = [typeof(ApplicationException)] });
}
