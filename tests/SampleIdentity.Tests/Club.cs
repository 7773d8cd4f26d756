using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using TxAspects.Testing;

namespace SampleIdentity.Tests;

/// <summary>A running club with a database of its own, and a client for it.</summary>
internal sealed class Club : IAsyncDisposable
{
    private readonly TemporaryDatabase _database;
    private readonly ClubProgram _program;
    private readonly NpgsqlDataSource _source;
    private readonly HttpClient _http;

    private Club(TemporaryDatabase database, ClubProgram program, Uri address)
    {
        (_database, _program) = (database, program);
        _source = NpgsqlDataSource.Create(database.ConnectionString);
        _http = new HttpClient { BaseAddress = address };
    }

    public string Log => _program.Written;

    public static async Task<Club> StartAsync(string? assembly = null)
    {
        var database = await TemporaryDatabase.CreateAsync(TestRun.Server);
        var program = ClubProgram.Start(assembly ?? ClubProgram.Assembly, database.ConnectionString);
        try
        {
            return new Club(database, program, await program.Address);
        }
        catch
        {
            await program.DisposeAsync();
            await database.DisposeAsync();
            throw;
        }
    }

    public async Task<int> RegisterAsync(string name, string invitation = "WELCOME-1", string password = "a Password 1")
    {
        using var answer = await _http.PostAsJsonAsync("/members", new { Email = Mail(name), password, invitation });
        return (int)answer.StatusCode;
    }

    /// <summary>The status, and the token where there is one.</summary>
    public async Task<(int Status, string? Token)> LoginAsync(string name, string password = "a Password 1")
    {
        using var answer = await _http.PostAsJsonAsync("/login", new { Email = Mail(name), password });
        var token = answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()
            : null;
        return ((int)answer.StatusCode, token);
    }

    public async Task<int> SendAsync(HttpMethod method, string path, string? token = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public Task<string> GetAsync(string path) => _http.GetStringAsync(path);

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> CountAsync(string table) => ScalarAsync<long>($"SELECT count(*) FROM \"{table}\"");

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>From now on the database refuses new rows of a table.</summary>
    public Task RefuseAsync(string table) => ExecuteAsync(
        $"""
         CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END';
         CREATE TRIGGER refuse BEFORE INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse();
         """);

    /// <summary>From now on the database records in which transaction these tables are written, but for what the postman does.</summary>
    public async Task RecordAsync(params string[] tables)
    {
        await ExecuteAsync(
            """
            CREATE TABLE writes (name text, id xid8, is_post boolean);
            CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO writes VALUES (TG_TABLE_NAME, pg_current_xact_id(), TG_TABLE_NAME = 'Letters' AND TG_OP = 'UPDATE');
                RETURN NULL;
            END $$;
            """);
        foreach (var table in tables)
            await ExecuteAsync($"CREATE TRIGGER record AFTER INSERT OR UPDATE ON \"{table}\" FOR EACH ROW EXECUTE FUNCTION record()");
    }

    public Task AllowAsync() => ExecuteAsync("DROP FUNCTION refuse CASCADE");

    /// <summary>Waits until a query says so.</summary>
    public async Task WaitForAsync(string condition)
    {
        for (var attempt = 0; attempt < 3_000; attempt++)
        {
            if (await ScalarAsync<bool>($"SELECT {condition}"))
                return;
            await Task.Delay(20);
        }

        Assert.Fail($"It never came to this: {condition}. {Log}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program.DisposeAsync();
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static string Mail(string name) => $"{name}@example.com";
}
