namespace TxAspects.Docs.Tests.Notes;

public sealed class Note
{
    public int Id { get; init; }

    public required string Text { get; set; }
}
