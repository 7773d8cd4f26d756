namespace SampleIdentity.Members;

/// <summary>Lets one person become a member.</summary>
public sealed class Invitation
{
    public required string Code { get; init; }

    public string? UsedBy { get; set; }
}
