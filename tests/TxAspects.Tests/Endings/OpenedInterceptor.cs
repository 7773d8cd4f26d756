using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>A user's interceptor that holds whoever has opened a connection, and sees no commands.</summary>
public sealed class OpenedInterceptor(Func<Task> hold) : DbConnectionInterceptor
{
    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        => hold();
}
