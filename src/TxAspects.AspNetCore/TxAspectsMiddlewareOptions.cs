using Microsoft.AspNetCore.Http;

namespace TxAspects;

/// <summary>What holds for the units of work of requests, where an endpoint does not say otherwise.</summary>
public sealed class TxAspectsMiddlewareOptions
{
    /// <summary>
    /// Whether a request that threw nothing commits; else it rolls back quietly. Asked when the unit ends, with the status that is about
    /// to be sent. Default:
    /// the status is below 400, and of a gRPC call 0.
    /// </summary>
    public Func<HttpContext, bool> CommitWhen
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = HasSucceeded;

    /// <summary>When the unit ends. Default: before the first byte of the response.</summary>
    public UnitEnd EndsAt
    {
        get;
        set => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "EndsAt must be one of its values.");
    }

    /// <summary>
    /// Called inside the unit of each request, before the endpoint: the place for hooks and items that every request is to have, as with
    /// <c>Tx.OnCommitting</c>. Default: nothing.
    /// </summary>
    /// <remarks>
    /// <see cref="TxAspectsOptions.OnOpened"/> does the same for units that no request opened, too. A throw rolls back, and passes as one
    /// of the endpoint's. Requests without a unit are not told.
    /// </remarks>
    public Action<HttpContext, ITxUnit>? OnOpened { get; set; }

    /// <summary>
    /// Whether GET and HEAD requests are read-only units. Default: false. An endpoint with settings of its own keeps to those.
    /// </summary>
    /// <remarks>Calls that join become read-only too; saving changes throws <see cref="ReadOnlyUnitOfWorkException"/>.</remarks>
    public bool ReadOnlyGet { get; set; }

    /// <summary>
    /// A cookie that carries the <see cref="ITxUnit.Position"/> of a request that wrote to the client's later ones for a minute, so that
    /// those see it on whatever standby they read. Default: none.
    /// </summary>
    /// <remarks>
    /// <para>It needs a connect that tells positions, such as <c>PostgresConnect.CreateCluster</c> with <c>ReadYourWrites</c>. Units that
    /// commit by themselves inside the request are covered too.</para>
    /// <para>The application's data protection encrypts and signs it. Where the application has none, a key of this process does: then
    /// another process, or this one after a restart, passes over it. Several processes need <c>AddDataProtection</c> with keys that they
    /// share.</para>
    /// </remarks>
    public string? PositionCookie { get; set; }

    // A gRPC call that failed is answered with 200.
    private static bool HasSucceeded(HttpContext context)
        => context.Response.StatusCode < StatusCodes.Status400BadRequest && context.Response.Headers["grpc-status"].ToString() is "" or "0";
}
