using Microsoft.Extensions.Logging;

namespace TxAspects.Observing;

/// <summary>Passes messages on, with exceptions that have lost their messages.</summary>
internal sealed class DiscreetLogger(ILogger log) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => log.BeginScope(state);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => log.Log(logLevel, eventId, state, exception is null ? null : new DiscreetException(exception), formatter);
}
