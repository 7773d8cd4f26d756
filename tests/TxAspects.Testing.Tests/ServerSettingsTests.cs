namespace TxAspects.Testing.Tests;

[TestClass]
public sealed class ServerSettingsTests
{
    [TestMethod]
    [DataRow(@"C:\temp\new")]
    [DataRow("it's")]
    [DataRow("two\nlines = 'evil'")]
    [DataRow("\\'\n# \r\\")]
    [DataRow("tab\there")]
    [DataRow("")]
    public async Task Value_arrives_as_it_was_given(string value)
    {
        await using var server = await TemporaryPostgres.StartAsync(
            new TemporaryPostgresOptions { DataFolder = TestRun.Data.Path, Settings = { ["my.value"] = value } });

        Assert.AreEqual(value, await Sql.ScalarAsync<string>(server.ConnectionString, "SHOW my.value"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("fsync = 'on'\narchive_command")]
    [DataRow("include '/etc/passwd' #")]
    public async Task What_is_no_name_is_refused(string name)
    {
        var options = new TemporaryPostgresOptions { DataFolder = TestRun.Data.Path, Settings = { [name] = "1" } };

        await Assert.ThrowsExactlyAsync<ArgumentException>(() => TemporaryPostgres.StartAsync(options));
    }

    [TestMethod]
    public async Task Zero_character_is_refused()
    {
        var options = new TemporaryPostgresOptions { DataFolder = TestRun.Data.Path, Settings = { ["my.value"] = "a\0b" } };

        Assert.Contains("'my.value'",
            (await Assert.ThrowsExactlyAsync<ArgumentException>(() => TemporaryPostgres.StartAsync(options))).Message);
    }
}
