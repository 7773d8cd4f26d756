using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TxAspects.AspNetCore.Health;

/// <summary>Opens a connection through the connect and asks the server something.</summary>
internal sealed class ConnectHealthCheck(DbConnect connect) : IHealthCheck
{
    private readonly UnitOfWorkOptions _settings = new() { Name = $"health of {connect.Name}", Propagation = Propagation.RequiresNew };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await Tx.RunAsync(() => AskAsync(cancellationToken), _settings, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy($"'{connect.Name}' answers.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var kind = exception.GetBaseException().GetType().Name;
            return new HealthCheckResult(context.Registration.FailureStatus, $"'{connect.Name}' does not answer: {kind}.", exception);
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        var connection = await Tx.ConnectionAsync(connect, cancellationToken).ConfigureAwait(false);
        var command = connection.CreateCommand();
        await using var disposed = command.ConfigureAwait(false);
        command.CommandText = "SELECT 1";
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
