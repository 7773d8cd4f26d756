using Microsoft.AspNetCore.Identity;

namespace TxAspects.Neighbours.Tests.Accounts;

public interface IAccountService
{
    [UnitOfWork]
    Task<IdentityResult> RegisterAsync(string name, string password, string role);

    [UnitOfWork(ReadOnly = true)]
    Task<string> DescribeAsync(string name);
}
