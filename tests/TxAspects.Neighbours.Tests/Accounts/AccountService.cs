using Microsoft.AspNetCore.Identity;

namespace TxAspects.Neighbours.Tests.Accounts;

public sealed class AccountService(UserManager<IdentityUser> users, RoleManager<IdentityRole> roles) : IAccountService
{
    public async Task<IdentityResult> RegisterAsync(string name, string password, string role)
    {
        if (!await roles.RoleExistsAsync(role))
            await roles.CreateAsync(new IdentityRole(role));
        var user = new IdentityUser(name);
        var created = await users.CreateAsync(user, password);
        return created.Succeeded ? await users.AddToRoleAsync(user, role) : created;
    }

    public async Task<string> DescribeAsync(string name)
        => await users.FindByNameAsync(name) is { } user
            ? $"{name} is {string.Join(", ", await users.GetRolesAsync(user))}"
            : $"{name} is unknown";
}
