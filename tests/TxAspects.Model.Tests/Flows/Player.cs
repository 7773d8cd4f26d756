using System.Runtime.ExceptionServices;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Flows;

/// <summary>Runs a tree on a world, and writes down what is seen.</summary>
public sealed class Player
{
    private readonly IWorld _world;
    private readonly Scheduler _scheduler;
    private readonly List<Seen> _trace;

    private Player(IWorld world, int seed, List<Seen> trace)
    {
        (_world, _scheduler, _trace) = (world, new Scheduler(seed), trace);
        world.UnitEnded = (step, outcome) => Write(null, step, "unit", outcome, place: null);
    }

    public static Task PlayAsync(Step tree, IWorld world, int seed, List<Seen> trace)
    {
        var player = new Player(world, seed, trace);
        return player._scheduler.RunAsync(flow => player.RunBodyAsync(tree.Body, place: null, flow));
    }

    /// <summary>Runs steps one after the other, and waits for the branches that they started.</summary>
    private async Task RunBodyAsync(IReadOnlyList<Step> steps, object? place, Flow flow)
    {
        var branches = new List<(Step Step, Flow Flow)>();
        ExceptionDispatchInfo? failure = null;
        try
        {
            foreach (var step in steps)
            {
                await _scheduler.YieldAsync(flow);
                if (step.Kind is StepKind.Fork)
                    branches.Add((step, _scheduler.Start(branch => RunBodyAsync(step.Body, place, branch))));
                else
                    await RunStepAsync(step, place, flow);
            }
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        foreach (var (step, branch) in branches)
        {
            await _scheduler.JoinAsync(flow, branch);
            Write(flow, step, "joins", branch.Failure is null ? "" : _world.Describe(branch.Failure), place);
            if (branch.Failure is not null && !step.Swallows)
                failure ??= ExceptionDispatchInfo.Capture(branch.Failure);
        }

        failure?.Throw();
    }

    private async Task RunStepAsync(Step step, object? place, Flow flow)
    {
        try
        {
            Task running = step.Kind switch
            {
                StepKind.Call => _world.CallAsync(step, place, inner => EnterAsync(step, inner, flow)),
                StepKind.Block => _world.BlockAsync(step, place, inner => EnterAsync(step, inner, flow)),
                StepKind.Stream => EnumerateAsync(step, place, flow),
                StepKind.Hook => AddHookAsync(step, place, flow),
                StepKind.Produce or StepKind.Consume => Task.CompletedTask,
                _ => _world.ActAsync(step, place),
            };
            await running;
        }
        catch (Exception exception)
        {
            Write(flow, step, "ends", _world.Describe(exception), place, _world.WordsOf(exception));
            if (!step.Swallows)
                throw;
            return;
        }

        Write(flow, step, "ends", "", place);
    }

    private Task EnterAsync(Step step, object? place, Flow flow)
    {
        Write(flow, step, "enters", "", place);
        return RunBodyAsync(step.Body, place, flow);
    }

    private Task AddHookAsync(Step step, object? place, Flow flow)
    {
        _world.AddHook(step, place, RunHookAsync);
        return Task.CompletedTask;

        // Which flow it runs in is the world's business; nothing comes between its steps.
        async Task RunHookAsync(object? there)
        {
            Write(null, step, "runs", "", there);
            var held = new Flow(-1) { Held = 1 };
            await RunBodyAsync(step.Body, there, held);
        }
    }

    private async Task EnumerateAsync(Step step, object? place, Flow flow)
    {
        var produced = step.Body.Where(one => one.Kind is StepKind.Produce).ToArray();
        var consumed = step.Body.Where(one => one.Kind is StepKind.Consume).ToArray();
        var enumerator = _world.Enumerate(step, place, (inner, element) => EnterAsync(produced[element], inner, flow), produced.Length);
        await using (enumerator)
        {
            while (await enumerator.MoveNextAsync())
            {
                var element = enumerator.Current;
                if (element == step.Number)
                    break;
                if (element < consumed.Length)
                    await RunBodyAsync(consumed[element].Body, place, flow);
                await _scheduler.YieldAsync(flow);
            }
        }
    }

    private void Write(Flow? flow, Step step, string moment, string result, object? place, IReadOnlyList<string>? words = null)
    {
        var isDoomed = moment is not ("unit" or "runs") && _world.IsDoomed(place);
        _trace.Add(new Seen(flow?.Number ?? -1, step.Id, moment, result, isDoomed) { Words = words ?? [] });
    }
}
