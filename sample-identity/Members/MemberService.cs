using Microsoft.AspNetCore.Identity;
using SampleIdentity.Data;
using SampleIdentity.Letters;

namespace SampleIdentity.Members;

/// <inheritdoc/>
public sealed class MemberService(
    UserManager<Member> users, IRepository<Membership> memberships, IRepository<Invitation> invitations, ILetterService letters)
    : IMemberService
{
    public async Task<IdentityResult> RegisterAsync(Registration registration)
    {
        var member = new Member { UserName = registration.Email, Email = registration.Email };
        var created = await users.CreateAsync(member, registration.Password);
        if (!created.Succeeded)
            return created;

        await users.AddToRoleAsync(member, "member");
        var invitation = await invitations.FindAsync(registration.Invitation);
        if (invitation is not { UsedBy: null })
            throw new RefusedException("The invitation is not there, or was used.");

        invitation.UsedBy = member.Id;
        await invitations.UpdateAsync(invitation);
        await memberships.AddAsync(new Membership { MemberId = member.Id, Credits = 2 });
        await letters.WriteAsync(member.Id, "Welcome to the club.");
        return created;
    }

    public async Task<Membership?> FindAsync(string memberId) => await memberships.FindAsync(memberId);
}
