namespace SampleIdentity.Members;

/// <summary>Who wants to become a member.</summary>
public sealed record Registration(string Email, string Password, string Invitation);
