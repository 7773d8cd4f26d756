namespace TxAspects.Testing.Tests.Shop;

[NewContext]
public interface IAuditService
{
    Task RecordAsync(string item, bool fail = false);
}
