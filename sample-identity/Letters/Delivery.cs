namespace SampleIdentity.Letters;

/// <summary>A letter that goes out.</summary>
public sealed class Delivery
{
    public int Id { get; init; }

    public required int LetterId { get; init; }
}
