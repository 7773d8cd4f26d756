using System.Collections.Concurrent;
using Npgsql;

namespace TxAspects.Soak;

/// <summary>What is expected of every row, in memory that is taken at the start, and the disagreements found.</summary>
public sealed class Ledger : IDisposable
{
    public const int Capacity = 8_000_000;
    private const int Shown = 20;

    private readonly byte[] _expected = new byte[Capacity];
    private readonly int[] _operations = new int[Capacity];
    private readonly Stories _stories = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private int _last;
    private int _problemCount;
    private int _misreported;

    public int Rows => Math.Min(Volatile.Read(ref _last), Capacity - 1);

    public bool IsFull => Volatile.Read(ref _last) > Capacity - 100_000;

    public int ProblemCount => Volatile.Read(ref _problemCount);

    public IEnumerable<string> Problems => _problems;

    /// <summary>Rows whose commit was acknowledged and that are not there.</summary>
    public int Lost { get; private set; }

    /// <summary>Rows that are there and must not be.</summary>
    public int Invented { get; private set; }

    /// <summary>What else was found wrong.</summary>
    public int Misreported => Volatile.Read(ref _misreported);

    /// <summary>The id of a new row, which must not be there as long as nothing else is said.</summary>
    public int Next(int operation)
    {
        var id = Interlocked.Increment(ref _last);
        _operations[id] = operation;
        return id;
    }

    public void Expect(int id, Expectation expectation) => _expected[id] = (byte)expectation;

    public int Count(Expectation expectation) => _expected.AsSpan(1, Rows).Count((byte)expectation);

    /// <summary>Something that is wrong, but for rows, which are counted at the end.</summary>
    public void Report(string problem)
    {
        Interlocked.Increment(ref _misreported);
        Show(problem);
    }

    public void Show(string problem)
    {
        if (Interlocked.Increment(ref _problemCount) <= Shown)
            _problems.Enqueue(problem);
    }

    /// <summary>The first of some rows that is not as expected, in words, or null.</summary>
    public async Task<string?> FindDisagreementAsync(NpgsqlDataSource observer, int[] rows)
    {
        await using var command = observer.CreateCommand("SELECT array_agg(id::integer) FROM writes WHERE id = ANY ($1)");
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = rows });
        var found = await command.ExecuteScalarAsync() as int[] ?? [];
        var wrong = rows.Where(row => _expected[row] != (byte)Expectation.Either &&
            found.Contains(row) != (_expected[row] == (byte)Expectation.Present));
        return wrong.Any() ? string.Join(", ", wrong.Select(row => $"row {row} was expected to be {(Expectation)_expected[row]}")) : null;
    }

    /// <summary>Keeps what an operation did, and shows it at once where the operation has a problem.</summary>
    public void Keep(int operation, IReadOnlyCollection<string> story)
    {
        _stories.Keep(operation, story);
        if (_problems.Any(one => one.StartsWith($"Operation {operation}:", StringComparison.Ordinal)))
            Show(StoryOf(operation));
    }

    /// <summary>Compares every row of the run with the table.</summary>
    public async Task CompareAsync(NpgsqlDataSource observer)
    {
        var found = new bool[Capacity];
        await using (var command = observer.CreateCommand("SELECT id FROM writes"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                found[reader.GetInt64(0)] = true;
        }

        for (var id = 1; id <= Rows; id++)
        {
            var expectation = (Expectation)_expected[id];
            if (expectation == Expectation.Either || found[id] == (expectation == Expectation.Present))
                continue;

            (Lost, Invented) = found[id] ? (Lost, Invented + 1) : (Lost + 1, Invented);
            Show($"Row {id} of operation {_operations[id]} was expected to be {expectation}, and the table says otherwise.");
            Show(StoryOf(_operations[id]));
            if (found[id])
                Show(await DescribeAsync(observer, id));
        }
    }

    public void Dispose() => _stories.Dispose();

    /// <summary>Who wrote a row, and what came with it in one transaction.</summary>
    private static async Task<string> DescribeAsync(NpgsqlDataSource observer, int id)
    {
        await using var command = observer.CreateCommand(
            """
            SELECT format('Row %s came from backend %s at %s with amount %s; in one transaction with: %s', one.id, one.backend, one.at, one.amount,
                (SELECT string_agg(format('%s (%s, %s)', mate.id, mate.at, mate.amount), ', ') FROM writes mate WHERE mate.xmin = one.xmin AND mate.id <> one.id))
            FROM writes one WHERE id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = id });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private string StoryOf(int operation) => $"The story of operation {operation}:\n    {_stories.Tell(operation)}";
}
