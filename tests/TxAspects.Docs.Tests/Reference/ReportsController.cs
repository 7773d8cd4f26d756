using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Docs.Tests.Reference;

[UnitOfWork(ReadOnly = true)]
public sealed class ReportsController(ShopContext db) : ControllerBase
{
    [HttpGet("/reports/orders")]
    public Task<int> CountAsync() => db.Orders.CountAsync();
}
