using Microsoft.AspNetCore.Identity;

namespace SampleIdentity.Members;

/// <summary>Who belongs to the club.</summary>
public interface IMemberService
{
    /// <summary>Makes an account and its membership. What Identity finds wrong with the account is in the result.</summary>
    /// <exception cref="RefusedException">The invitation is not there, or was used.</exception>
    Task<IdentityResult> RegisterAsync(Registration registration);

    Task<Membership?> FindAsync(string memberId);
}
