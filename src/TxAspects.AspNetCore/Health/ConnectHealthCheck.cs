using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TxAspects.AspNetCore.Health;

/// <summary>Opens a connection of the connect and asks the database for an answer.</summary>
internal sealed class ConnectHealthCheck(DbConnect connect) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await connect.PingAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy($"'{connect.Name}' answers.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var kind = exception.GetBaseException().GetType().Name;
            return new HealthCheckResult(context.Registration.FailureStatus, $"'{connect.Name}' does not answer: {kind}.", exception);
        }
    }
}
