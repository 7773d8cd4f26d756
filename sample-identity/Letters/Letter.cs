namespace SampleIdentity.Letters;

/// <summary>What a member is to be told.</summary>
public sealed class Letter
{
    public int Id { get; init; }

    public required string MemberId { get; init; }

    public required string Text { get; init; }

    public bool IsSent { get; set; }
}
