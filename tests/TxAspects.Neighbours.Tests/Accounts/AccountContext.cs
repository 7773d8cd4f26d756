using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Accounts;

public sealed class AccountContext(DbContextOptions<AccountContext> options) : IdentityDbContext(options);
