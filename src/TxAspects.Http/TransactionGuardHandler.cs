namespace TxAspects;

/// <summary>
/// Refuses HTTP calls while the unit of work has a transaction open, where <see cref="HttpWatch"/> was started with
/// <see cref="HttpInTransaction.Throw"/>; else lets them pass.
/// </summary>
/// <remarks>
/// For every client of IHttpClientFactory: <c>services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new
/// TransactionGuardHandler()))</c>.
/// </remarks>
public sealed class TransactionGuardHandler : DelegatingHandler
{
    /// <summary>A handler whose inner one is still to be set, as IHttpClientFactory does.</summary>
    public TransactionGuardHandler()
    {
    }

    /// <summary>A handler before another one.</summary>
    public TransactionGuardHandler(HttpMessageHandler innerHandler)
        : base(innerHandler)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="HttpInTransactionException">A transaction is open here.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpWatch.ThrowIfForbidden(request);
        return base.Send(request, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="HttpInTransactionException">A transaction is open here.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpWatch.ThrowIfForbidden(request);
        return base.SendAsync(request, cancellationToken);
    }
}
