using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>A sequence in a call: it begins with the first step, and ends with the sequence. A sequence is never repeated.</summary>
internal sealed class ModelSequence(ModelCalls calls, Step step, Place? around, Func<object?, int, Task> body, int count)
    : IAsyncEnumerator<int>
{
    private ModelCall? _call;
    private int _next;
    private bool _hasEnded;

    public int Current => _next - 1;

    public async ValueTask<bool> MoveNextAsync()
    {
        _call ??= calls.Begin(step, around, calls.DueOf(step), attempt: int.MaxValue);
        try
        {
            if (_next < count)
            {
                await body(_call.Place, _next++);
                return true;
            }
        }
        catch (ModelException exception)
        {
            _hasEnded = true;
            await _call.ThrowAsync(exception);
            calls.TellEnd(step, _call);
            throw;
        }

        _hasEnded = true;
        try
        {
            await _call.ReturnAsync();
        }
        finally
        {
            calls.TellEnd(step, _call);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_hasEnded || _call is null)
            return;

        _hasEnded = true;
        await _call.LeaveAsync();
        calls.TellEnd(step, _call);
    }
}
