namespace SampleIdentity.Members;

/// <summary>Who wants a token.</summary>
public sealed record Login(string Email, string Password);
