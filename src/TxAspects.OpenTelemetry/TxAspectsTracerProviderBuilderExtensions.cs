namespace OpenTelemetry.Trace;

/// <summary>Switches the traces of TxAspects on.</summary>
public static class TxAspectsTracerProviderBuilderExtensions
{
    /// <summary>
    /// Takes the spans of TxAspects: one for each attempt of a unit of work, one for its commits and one for each nested call. What a unit
    /// sends to its database is a span below, where the database's own instrumentation is on as well.
    /// </summary>
    /// <param name="builder">Of the tracer provider.</param>
    /// <returns>The same builder.</returns>
    public static TracerProviderBuilder AddTxAspectsInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource("TxAspects");
    }
}
