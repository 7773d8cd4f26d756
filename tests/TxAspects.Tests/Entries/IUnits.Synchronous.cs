namespace TxAspects.Tests;

/// <content>The synchronous twins.</content>
public partial interface IUnits
{
    void Mandatory(Action body);

    void Supports(Action body);

    void NotSupported(Action body);

    void Never(Action body);

    void Outermost(Action body);

    void ReadOnly(Action body);

    void CommitOnApplicationException(Action body);
}
