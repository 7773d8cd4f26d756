using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>
/// Counts the connections of EF Core's contexts by file. It listens to what EF Core tells of itself, so that it is no interceptor in the
/// way.
/// </summary>
public sealed class ConnectionWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly ConcurrentDictionary<string, ConnectionUse> Watched = new();

    static ConnectionWatch() => DiagnosticListener.AllListeners.Subscribe(new ConnectionWatch());

    /// <summary>Begins to watch a file.</summary>
    public static ConnectionUse Of(string path) => Watched.GetOrAdd(path, _ => new ConnectionUse());

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener listener)
    {
        if (listener.Name == DbLoggerCategory.Name)
            listener.Subscribe(this, name => name == RelationalEventId.ConnectionCreated.Name);
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> told)
    {
        if (told.Value is ConnectionCreatedEventData { Connection: SqliteConnection connection } &&
            Watched.TryGetValue(connection.DataSource, out var use))
        {
            connection.StateChange += (_, change) => use.Changed(connection, change);
        }
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }
}

/// <summary>The connections to one file.</summary>
public sealed class ConnectionUse
{
    private readonly HashSet<object> _physical = new(ReferenceEqualityComparer.Instance);    // lock on it
    private int _leased;

    /// <summary>Connections that are open, so taken from the pool and not given back.</summary>
    public int Leased => Volatile.Read(ref _leased);

    /// <summary>Physical connections seen so far.</summary>
    public int Opened
    {
        get
        {
            lock (_physical)
                return _physical.Count;
        }
    }

    public void Changed(SqliteConnection connection, StateChangeEventArgs change)
    {
        if (change.CurrentState is not ConnectionState.Open)
        {
            Interlocked.Decrement(ref _leased);
            return;
        }

        Interlocked.Increment(ref _leased);
        lock (_physical)
            _physical.Add(connection.Handle!);
    }
}
