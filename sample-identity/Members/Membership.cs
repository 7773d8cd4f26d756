namespace SampleIdentity.Members;

/// <summary>What a member has paid for.</summary>
public sealed class Membership
{
    public required string MemberId { get; init; }

    /// <summary>How many courses can still be booked.</summary>
    public int Credits { get; set; }
}
