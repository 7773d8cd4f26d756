using System.Globalization;
using System.Text;

namespace TxAspects.Testing.Tests.Attacks;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class EnvironmentTests
{
    private const string Name = "TXASPECTS_TEST_CI_TOKEN";
    private const string Token = "ci-token-5f3a";

    [TestInitialize]
    public void Set() => Environment.SetEnvironmentVariable(Name, Token);

    [TestCleanup]
    public void Unset() => Environment.SetEnvironmentVariable(Name, null);

    [TestMethod]
    public async Task Programs_that_the_server_starts_see_nothing_of_the_environment()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);

        var seen = await Sql.ScalarAsync<string>(
            server.ConnectionString,
            "CREATE TABLE seen (line text); COPY seen FROM PROGRAM 'env'; SELECT string_agg(line, E'\\n') FROM seen");

        Assert.DoesNotContain(Token, seen);
        foreach (var line in seen.Split('\n'))
            Assert.IsTrue(IsKnown(line.Split('=')[0]), $"The server has the variable '{line.Split('=')[0]}'.");
    }

    [TestMethod]
    public async Task No_process_between_this_one_and_the_server_has_it()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var process = (await ServerTrace.OfAsync(server.ConnectionString)).ProcessId;
        var looked = 0;
        for (; process != Environment.ProcessId; process = ParentOf(process), looked++)
            Assert.DoesNotContain(Token, Encoding.UTF8.GetString(await File.ReadAllBytesAsync($"/proc/{Text(process)}/environ")));

        Assert.IsGreaterThan(1, looked);
    }

    // The last ones are the server's own and its shell's.
    private static bool IsKnown(string name) => name
        is "PATH" or "LD_LIBRARY_PATH" or "LC_ALL" or "PWD" or "OLDPWD" or "SHLVL" or "_"
        or "PGDATA" or "PGLOCALEDIR" or "PGSYSCONFDIR" or "PG_GRANDPARENT_PID" or "LC_COLLATE" or "LC_CTYPE"
        or "LC_MESSAGES" or "LC_MONETARY" or "LC_NUMERIC" or "LC_TIME";

    private static int ParentOf(int process)
    {
        var stat = File.ReadAllText($"/proc/{Text(process)}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static string Text(int process) => process.ToString(CultureInfo.InvariantCulture);
}
