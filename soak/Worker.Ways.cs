namespace TxAspects.Soak;

/// <content>How a call is made.</content>
public sealed partial class Worker
{
    private async ValueTask InvokeAsync(Way way, Func<Task> body)
    {
        switch (way)
        {
            case { Entry: Entry.Scope }:
                await ScopeAsync(way, body);
                return;
            case { Entry: Entry.Run, Fails: true }:
                await Tx.RunAsync(
                    async () =>
                    {
                        await body();
                        return -1;
                    },
                    way.Options);
                return;
            case { Entry: Entry.Run }:
                await Tx.RunAsync(body, way.Options);
                return;
        }

        var calls = Proxy(way);
        await (way switch
        {
            { Declared: Declared.Repeated } => calls.RepeatedAsync(body).AsTask(),
            { Declared: Declared.Limited } => calls.LimitedAsync(body),
            { Declared: Declared.Tolerant } => calls.TolerantAsync(body),
            { Declared: Declared.Answering } => calls.AnsweringAsync(AnswerAsync),
            { Declared: Declared.Sequence } => StreamAsync(calls, body, way.LeaveAt),
            { Propagation: Propagation.Required } => calls.RequiredAsync(body),
            { Propagation: Propagation.RequiresNew } => calls.NewContextAsync(body),
            { Propagation: Propagation.Nested } => calls.NestedAsync(body),
            { Propagation: Propagation.Mandatory } => calls.MandatoryAsync(body),
            { Propagation: Propagation.Supports } => calls.SupportsAsync(body),
            { Propagation: Propagation.NotSupported } => calls.NotSupportedAsync(body),
            _ => calls.NeverAsync(body),
        });

        async Task<Answer> AnswerAsync()
        {
            await body();
            return new Answer(way.Fails);
        }
    }

    private void Invoke(Way way, Action body)
    {
        switch (way)
        {
            case { Entry: Entry.Scope }:
                Scope(way, body);
                return;
            case { Entry: Entry.Run, Fails: true }:
                Tx.Run(
                    () =>
                    {
                        body();
                        return -1;
                    },
                    way.Options);
                return;
            case { Entry: Entry.Run }:
                Tx.Run(body, way.Options);
                return;
            case { Declared: Declared.Answering }:
                Proxy(way).Answering(() =>
                {
                    body();
                    return new Answer(way.Fails);
                });
                return;
        }

        var calls = Proxy(way);
        Action<Action> method = way switch
        {
            { Declared: Declared.Repeated } => calls.Repeated,
            { Declared: Declared.Limited } => calls.Limited,
            { Declared: Declared.Tolerant } => calls.Tolerant,
            { Propagation: Propagation.Required } => calls.Required,
            { Propagation: Propagation.RequiresNew } => calls.NewContext,
            { Propagation: Propagation.Nested } => calls.Nested,
            { Propagation: Propagation.Mandatory } => calls.Mandatory,
            { Propagation: Propagation.Supports } => calls.Supports,
            { Propagation: Propagation.NotSupported } => calls.NotSupported,
            _ => calls.Never,
        };
        method(body);
    }

    private static async Task ScopeAsync(Way way, Func<Task> body)
    {
        await using var scope = Tx.Open(way.Options);
        try
        {
            await body();
        }
        catch (Exception exception) when (way.Tells)
        {
            await scope.FailAsync(exception);
            throw;
        }

        if (way.Fails)
            await scope.CompleteAsync(new Answer(IsFailure: true));
        else if (!way.Leaves)
            await scope.CompleteAsync();
    }

    private static void Scope(Way way, Action body)
    {
        using var scope = Tx.Open(way.Options);
        try
        {
            body();
        }
        catch (Exception exception) when (way.Tells)
        {
            scope.Fail(exception);
            throw;
        }

        if (way.Fails)
            scope.Complete(new Answer(IsFailure: true));
        else if (!way.Leaves)
            scope.Complete();
    }

    /// <summary>The body is the first step of a sequence, which must roll back when it is left early.</summary>
    private async Task StreamAsync(ICalls calls, Func<Task> body, int leaveAt)
    {
        var leavesEarly = false;
        var isFirst = true;
        await foreach (var number in calls.StreamAsync(StepAsync, count: 2))
        {
            if (Tx.IsOpen)
                Ledger.Report($"Operation {_operation}: the unit of a sequence is ambient in its consumer.");
            leavesEarly = number == leaveAt;
            if (leavesEarly)
                break;
        }

        if (leavesEarly)
            throw new StreamLeftException();

        Task StepAsync()
        {
            var runs = isFirst;
            isFirst = false;
            return runs ? body() : Task.CompletedTask;
        }
    }

    private ICalls Proxy(Way way) => way.Entry is Entry.InterfaceProxy ? target.InterfaceProxy : target.ClassProxy;
}
