using SampleWeb.Orders;

namespace SampleWeb.Workflows;

/// <summary>Everything there is to try out, in the order of the page.</summary>
internal static class WorkflowList
{
    public static IReadOnlyList<Workflow> All { get; } =
    [
        new("simple-use", "Units of work", "Simple use",
            "One call places an order. The services it calls join its unit; nobody opens or commits anything.")
        {
            Code = [Snippet.Of("IOrders.cs", "public interface IOrders"), Snippet.Of("OrderService.cs", "PlaceAsync(")],
            Handler = (IOrders orders) => orders.PlaceAsync("Ada", "TEA"),
        },
        new("read-your-writes", "Units of work", "Read your own writes",
            "Whoever asks in the same unit gets the same session, and so sees what is not committed yet.")
        {
            Code = [Snippet.Of("Sessions.cs", "ReadYourWritesAsync(")],
            Handler = async (ISessions sessions) => new { Seen = await sessions.ReadYourWritesAsync() },
        },
        new("concurrent-queries", "Units of work", "Concurrent queries",
            "Three queries at the same time, each in a new context with a connection of its own.")
        {
            Code = [Snippet.Of("Sessions.cs", "ConcurrentQueriesAsync("), Snippet.Of("IStatistics.cs", "public interface IStatistics")],
            Handler = (ISessions sessions) => sessions.ConcurrentQueriesAsync(),
        },
        new("outside-session", "Units of work", "A session outside the unit",
            "A note is written on a session that is nobody's but ours. The unit then rolls back, and the note stays.")
        {
            Code = [Snippet.Of("Sessions.cs", "OutsideSessionAsync(")],
            Handler = (ISessions sessions) => sessions.OutsideSessionAsync(),
        },

        new("atomic-commit", "Atomic blocks", "Commit",
            "The work before the block is committed first, the block when it returns. What follows may fail without taking them along.")
        {
            Code = [Snippet.Of("AtomicBlocks.cs", "CommitAsync(")],
            Handler = (IAtomicBlocks blocks) => blocks.CommitAsync(),
        },
        new("atomic-rollback", "Atomic blocks", "Rollback",
            "The work before the block is given up first. The block is committed when it returns.")
        {
            Code = [Snippet.Of("AtomicBlocks.cs", "RollbackAsync(")],
            Handler = (IAtomicBlocks blocks) => blocks.RollbackAsync(),
        },
        new("atomic-join", "Atomic blocks", "Join",
            "The block goes on in the transaction that is open, and all of it is committed when the block returns.")
        {
            Code = [Snippet.Of("AtomicBlocks.cs", "JoinAsync(")],
            Handler = (IAtomicBlocks blocks) => blocks.JoinAsync(),
        },
        new("atomic-throw", "Atomic blocks", "Throw",
            "The block refuses to begin over uncommitted work. The exception rolls the unit back, and the answer is 409.",
            StatusCodes.Status409Conflict)
        {
            Code = [Snippet.Of("AtomicBlocks.cs", "ThrowAsync(")],
            Handler = (IAtomicBlocks blocks) => blocks.ThrowAsync(),
        },
        new("atomic-savepoint", "Atomic blocks", "Savepoint",
            "The block fails and is undone alone. The work around it is committed with the unit.")
        {
            Code = [Snippet.Of("AtomicBlocks.cs", "SavepointAsync(")],
            Handler = (IAtomicBlocks blocks) => blocks.SavepointAsync(),
        },

        new("early-commit", "Early ends", "Early commit",
            "Commits in the middle. The unit goes on in a new transaction, and its rollback no longer reaches what was committed.")
        {
            Code = [Snippet.Of("EarlyEndings.cs", "EarlyCommitAsync(")],
            Handler = (IEarlyEndings endings) => endings.EarlyCommitAsync(),
        },
        new("early-close", "Early ends", "Early close",
            "Gives the connection back before something slow, and goes on with a new session afterwards.")
        {
            Code = [Snippet.Of("EarlyEndings.cs", "EarlyCloseAsync(")],
            Handler = (IEarlyEndings endings) => endings.EarlyCloseAsync(),
        },
        new("manual-rollback", "Early ends", "Manual rollback",
            "Takes back what was done so far. The unit goes on, and commits what comes after.")
        {
            Code = [Snippet.Of("EarlyEndings.cs", "ManualRollbackAsync(")],
            Handler = (IEarlyEndings endings) => endings.ManualRollbackAsync(),
        },

        new("rollback-by-exception", "Failures", "Rollback by exception",
            "The second order fails, so the first is gone too, and the answer is 409. A note, in a new context, tells of it.",
            StatusCodes.Status409Conflict)
        {
            Code = [Snippet.Of("Failures.cs", "RollbackByExceptionAsync(")],
            Handler = (IFailures failures) => failures.RollbackByExceptionAsync(),
        },
        new("rollback-by-status", "Failures", "Rollback by status",
            "The unit is the request's. The endpoint answers 403, throws nothing, and the order it had placed is rolled back.",
            StatusCodes.Status403Forbidden)
        {
            Code = [Snippet.Of("RollbackByStatus.cs", "RunAsync(")],
            Handler = RollbackByStatus.RunAsync,
            InUnitOfRequest = true,
        },

        new("after-commit", "After the commit", "Notification",
            "Who listens at /events hears of the order when it is committed, and not before.")
        {
            Code = [Snippet.Of("Notifications.cs", "AfterCommitAsync(")],
            Handler = (INotifications notifications) => notifications.AfterCommitAsync(),
        },
        new("background-worker", "After the commit", "Background worker",
            "The commit puts the order into a queue. A worker takes it out and delivers it, in a unit of its own.",
            StatusCodes.Status202Accepted)
        {
            Code = [Snippet.Of("Notifications.cs", "BackgroundWorkerAsync("), Snippet.Of("DeliveryWorker.cs", "Task DeliverAsync(")],
            Handler = async (INotifications notifications) => TypedResults.Accepted(
                (string?)null, await notifications.BackgroundWorkerAsync()),
        },
    ];
}
