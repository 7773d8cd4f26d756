using System.Data;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>A page with an attribute.</summary>
[UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
public sealed class IsolationModel(DbConnect<ShopContext> connect) : PageModel
{
    public string Isolation { get; private set; } = "";

    public string UnitName { get; } = Tx.Current!.Name;

    public async Task OnGetAsync()
    {
        var db = await Tx.SessionAsync(connect);
        db.Orders.Add(new Order { Item = "page" });
        Isolation = (await db.Database.SqlQueryRaw<string>("SHOW transaction_isolation").ToListAsync()).Single();
    }
}
