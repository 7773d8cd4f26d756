namespace OpenTelemetry.Metrics;

/// <summary>Switches the metrics of TxAspects on.</summary>
public static class TxAspectsMeterProviderBuilderExtensions
{
    /// <summary>
    /// Takes the instruments of TxAspects: how long units of work take, how many are open, commits, rollbacks with their cause, retries and
    /// leaks.
    /// </summary>
    /// <param name="builder">Of the meter provider.</param>
    /// <returns>The same builder.</returns>
    public static MeterProviderBuilder AddTxAspectsInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter("TxAspects");
    }
}
