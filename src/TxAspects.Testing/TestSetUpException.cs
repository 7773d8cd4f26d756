namespace TxAspects.Testing;

/// <summary>
/// Thrown when a test cannot go on in its set-up, because the outcome would differ from production's or two tests are in each other's way.
/// </summary>
public sealed class TestSetUpException : Exception
{
    internal const string UseCommitting = "Run this test in the committing set-up (TestDatabase), where every transaction is real.";

    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public TestSetUpException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal static TestSetUpException ConnectInUse(string connect) => new(
        $"Another test is using '{connect}'. A transactional test has all sessions of its connect, and so has a database that " +
        "TestDatabase.Redirect led it to. Run these tests one after the other (MSTest: [DoNotParallelize]), give each a connect of its " +
        "own, or use the committing set-up with TestDatabase.RedirectHere in all of them.");

    internal static TestSetUpException MadeElsewhere(string contextType, string connect) => new(
        $"A '{contextType}' that was made elsewhere cannot become the session of '{connect}' in a transactional test: it has a " +
        "connection of its own, and its commits would stay. " +
        UseCommitting);

    internal static TestSetUpException NoTurn(string part, string blocker, string connect, TimeSpan time) => new(
        $"'{part}' waited {time.TotalSeconds:0.#} seconds for '{blocker}', whose transaction is open on the one connection that all " +
        $"sessions of '{connect}' share in a transactional test. If '{part}' was begun while '{blocker}' cannot go on, both wait for " +
        $"each other. {UseCommitting}");

    internal static TestSetUpException NotInOrder(string part, string inner, string connect) => new(
        $"'{part}' cannot commit while the transaction of '{inner}', which began later, is open: on the one connection of '{connect}' " +
        $"that all sessions share in a transactional test, the later one lies inside the earlier. {UseCommitting}");

    internal static TestSetUpException Busy(string part, string connect, Exception? cause) => new(
        $"'{part}' found the connection of '{connect}' in use, by a branch that runs at the same time or a reader that is still open. In " +
        $"a transactional test all sessions share that connection. {UseCommitting}", cause);

    internal static TestSetUpException LostCommits(string by, string connect, IEnumerable<string> lost) => new(
        $"'{by}' rolled back what {string.Join(", ", lost.Select(name => $"'{name}'"))} had committed inside it. In production that " +
        $"stays; on the one connection of '{connect}' that all sessions share in a transactional test it is gone. {UseCommitting}");

    internal static TestSetUpException LostBranch(string part, string other, string connect) => new(
        $"'{part}' was rolled back while '{other}' was at work in the same part of the transaction, and its work is gone as well. In " +
        $"production it would not be; in a transactional test all sessions of '{connect}' share one connection. {UseCommitting}");

    internal static TestSetUpException Ended(string connect) => new(
        $"The transaction around the test on '{connect}' has ended: a command sent COMMIT or ROLLBACK by itself, or the connection was " +
        "closed. What the test wrote may be in the database for good. Commit and roll back with Tx or EF Core.");
}
