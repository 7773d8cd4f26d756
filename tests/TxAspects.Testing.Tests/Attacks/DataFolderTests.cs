namespace TxAspects.Testing.Tests.Attacks;

/// <summary>A folder for data that somebody else prepared is not used.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class DataFolderTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public async Task Folder_of_another_account_is_refused()
    {
        OtherAccount.SkipUnlessRoot();
        await Command.RunAsync("chown", OtherAccount.Id, _folder.Path);

        await AssertRefusedAsync(_folder.Path, "belongs to another account");
    }

    [TestMethod]
    [DataRow("o+w")]
    [DataRow("g+w")]
    [DataRow("o+w,+t")]
    public async Task Folder_that_others_may_write_to_is_refused(string mode)
    {
        if (mode[0] == 'g')
            await ChangeGroupAsync();
        await Command.RunAsync("chmod", mode, _folder.Path);

        await AssertRefusedAsync(_folder.Path, "other accounts can change");
    }

    [TestMethod]
    [DataRow("o+w", "lies in a folder that other accounts can change")]
    [DataRow("owner", "lies in a folder that belongs to another account")]
    public async Task Folder_in_one_that_others_can_exchange_is_refused(string change, string message)
    {
        var inner = Directory.CreateDirectory(Path.Combine(_folder.Path, "inner")).FullName;
        if (change == "owner")
        {
            OtherAccount.SkipUnlessRoot();
            await Command.RunAsync("chown", OtherAccount.Id, _folder.Path);
        }
        else
        {
            await Command.RunAsync("chmod", change, _folder.Path);
        }

        await AssertRefusedAsync(inner, message);
    }

    [TestMethod]
    public async Task Link_is_refused_wherever_it_leads_and_its_target_stays_as_it_is()
    {
        var target = Directory.CreateDirectory(Path.Combine(_folder.Path, "target")).FullName;
        var mode = await Command.RunAsync("ls", "-ld", target);
        foreach (var (name, leadsTo) in new[] { ("link", target), ("nowhere", Path.Combine(_folder.Path, "missing")) })
        {
            var link = Path.Combine(_folder.Path, name);
            Directory.CreateSymbolicLink(link, leadsTo);

            await AssertRefusedAsync(link, "is a link");
        }

        Assert.AreEqual(mode, await Command.RunAsync("ls", "-ld", target));
        Assert.IsEmpty(Directory.GetFileSystemEntries(target));
    }

    [TestMethod]
    public async Task Folder_in_a_sticky_one_and_by_way_of_a_link_of_ones_own_is_used()
    {
        var shared = Directory.CreateDirectory(Path.Combine(_folder.Path, "shared")).FullName;
        await Command.RunAsync("chmod", "1777", shared);
        var link = Path.Combine(_folder.Path, "way");
        Directory.CreateSymbolicLink(link, shared);

        await using var server = await TemporaryPostgres.StartAsync(
            new TemporaryPostgresOptions { DataFolder = Path.Combine(link, "new") });

        Assert.StartsWith(Path.Combine(shared, "new"), await Sql.ScalarAsync<string>(server.ConnectionString, "SHOW data_directory"));
    }

    private static async Task AssertRefusedAsync(string folder, string message)
    {
        var refused = await Assert.ThrowsExactlyAsync<PostgresStartException>(
            () => TemporaryPostgres.StartAsync(new TemporaryPostgresOptions { DataFolder = folder }));

        Assert.Contains(message, refused.Message);
        Assert.Contains("DataFolder", refused.Message);
    }

    // A user's own group has nobody else in it.
    private async Task ChangeGroupAsync()
    {
        OtherAccount.SkipUnlessRoot();
        await Command.RunAsync("chgrp", OtherAccount.Id, _folder.Path);
    }
}
