namespace TxAspects.Docs.Tests.Notes;

public interface INoteService
{
    [UnitOfWork]
    Task WriteAsync(string text);
}
