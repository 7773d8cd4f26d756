using System.Data.Common;
using TxAspects.Diagnostics;

namespace TxAspects.Connections;

/// <content>The command that is running, so that nothing else is sent on the connection meanwhile.</content>
internal sealed partial class Session
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TimeToStopReading = TimeSpan.FromSeconds(1);

    private readonly Lock _runningGate = new();    // protects the three fields below
    private DbCommand? _running;
    private DbDataReader? _reader;
    private TaskCompletionSource? _finished;

    /// <summary>Whether a command has not finished, or its rows have not been read to the end or given up.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_runningGate)
                return _running is not null;
        }
    }

    public void Started(DbCommand command)
    {
        lock (_runningGate)
            (_running, _reader) = (command, null);
    }

    public void Reading(DbCommand command, DbDataReader reader)
    {
        lock (_runningGate)
        {
            if (_running == command)
                _reader = reader;
        }
    }

    public void Finished(DbCommand command)
    {
        lock (_runningGate)
        {
            if (_running != command)
                return;

            (_running, _reader) = (null, null);
            _finished?.SetResult();
            _finished = null;
        }
    }

    /// <summary>Throws where another branch is using the session, or left a reader open.</summary>
    public void ThrowIfBusy()
    {
        if (IsBusy)
            throw SessionInUseException.AtCommit(_owner.Name, Connect.Name);
    }

    /// <summary>Cancels what another branch is running and waits for it to stop; false where it does not.</summary>
    private async ValueTask<bool> StopRunningAsync(bool async)
    {
        DbCommand running;
        DbDataReader? reader;
        Task finished;
        lock (_runningGate)
        {
            if (_running is null)
                return true;

            (running, reader) = (_running, _reader);
            finished = (_finished ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        // A driver may send the cancellation over a connection of its own, and wait for a server that does not answer.
        var stopped = Task.WhenAll(Task.Run(() => Cancel(running)), finished);
        var time = reader is null ? TimeToStop : TimeToStopReading;
        if (async)
            await Task.WhenAny(stopped, Task.Delay(time)).ConfigureAwait(false);
        else
            Task.WaitAny([stopped], time);

        if (finished.IsCompleted || reader is null)
            return finished.IsCompleted;

        // Nobody is reading on: the reader was forgotten.
        await CloseReaderAsync(reader, async).ConfigureAwait(false);
        Finished(running);
        return true;
    }

    private void Cancel(DbCommand command)
    {
        try
        {
            command.Cancel();
        }
        catch (Exception exception)
        {
            _owner.Log.CancelFailed(Connect.Name, _owner.Name, exception);
        }
    }

    private async ValueTask CloseReaderAsync(DbDataReader reader, bool async)
    {
        try
        {
            if (async)
                await reader.CloseAsync().ConfigureAwait(false);
            else
                reader.Close();
        }
        catch (DbException exception)
        {
            _owner.Log.CloseFailed(Connect.Name, _owner.Name, exception);
        }
    }

    /// <summary>Closes a session that did not stop in time as soon as it has, so that its connection is not lost for good.</summary>
    private async Task CloseWhenFinishedAsync()
    {
        Task? finished;
        lock (_runningGate)
            finished = _finished?.Task;

        if (finished is not null)
            await finished.ConfigureAwait(false);
        await CloseAsync(async: true).ConfigureAwait(false);
    }
}
