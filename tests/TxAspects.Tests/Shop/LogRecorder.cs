using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>Keeps every message.</summary>
public sealed class LogRecorder : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<LogMessage> _messages = new();

    public IReadOnlyList<LogMessage> Messages => [.. _messages];

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _messages.Enqueue(new LogMessage(logLevel, formatter(state, exception), exception, eventId.Id));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}

public sealed record LogMessage(LogLevel Level, string Text, Exception? Exception, int EventId);
