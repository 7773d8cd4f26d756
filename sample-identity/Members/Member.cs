using Microsoft.AspNetCore.Identity;

namespace SampleIdentity.Members;

/// <summary>Who may log in.</summary>
public sealed class Member : IdentityUser;
