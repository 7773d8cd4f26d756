namespace SampleIdentity.Tests;

/// <summary>The application under units, over real sockets.</summary>
[TestClass]
public sealed class ClubTests
{
    private Club _club = null!;

    [TestInitialize]
    public async Task StartAsync() => _club = await Club.StartAsync();

    [TestCleanup]
    public async Task StopAsync()
    {
        // The answer comes after the end of the unit, so nothing is open any more; only the postman goes on.
        await _club.WaitForAsync(
            "NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%')");
        await _club.DisposeAsync();
    }

    [TestMethod]
    public async Task Registration_is_one_transaction_of_Identity_and_the_clubs_own_rows()
    {
        string[] tables = ["AspNetUsers", "AspNetUserRoles", "Memberships", "Invitations", "Letters"];
        await _club.RecordAsync(tables);

        Assert.AreEqual(201, await _club.RegisterAsync("anna"));

        Assert.AreEqual("1 1 1 1", await CountsAsync());
        Assert.AreEqual($"{tables.Length} 1", await _club.ScalarAsync<string>(
            "SELECT concat_ws(' ', count(DISTINCT name), count(DISTINCT id)) FROM writes WHERE NOT is_post"));
    }

    [TestMethod]
    public async Task Refusal_between_the_account_and_its_membership_leaves_neither()
    {
        Assert.AreEqual(409, await _club.RegisterAsync("anna", invitation: "none"));

        Assert.AreEqual("0 0 0 0", await CountsAsync());
        Assert.AreEqual(401, (await _club.LoginAsync("anna")).Status);
        Assert.AreEqual(201, await _club.RegisterAsync("anna"));
        Assert.AreEqual(200, (await _club.LoginAsync("anna")).Status);
    }

    [TestMethod]
    [DataRow("Memberships")]
    [DataRow("Letters")]
    public async Task Failure_of_the_database_after_the_account_was_saved_leaves_neither(string table)
    {
        await _club.RefuseAsync(table);

        Assert.AreEqual(500, await _club.RegisterAsync("anna"));

        Assert.AreEqual("0 0 0 0", await CountsAsync());
        await _club.AllowAsync();
        Assert.AreEqual(201, await _club.RegisterAsync("anna"));
    }

    [TestMethod]
    public async Task What_Identity_refuses_is_a_400_and_leaves_nothing()
    {
        Assert.AreEqual(400, await _club.RegisterAsync("anna", password: "short"));

        Assert.AreEqual("0 0 0 0", await CountsAsync());
    }

    [TestMethod]
    public async Task Two_who_register_with_one_invitation_at_once_are_one_member_or_none_of_them_is_half_there()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(number => _club.RegisterAsync($"member{number}", $"WELCOME-{1 + number % 8}")));

        var registered = answers.Count(status => status == 201);
        Assert.IsGreaterThanOrEqualTo(8, registered);
        Assert.AreEqual(registered, await _club.CountAsync("AspNetUsers"));
        Assert.AreEqual(registered, await _club.CountAsync("AspNetUserRoles"));
        Assert.AreEqual(registered, await _club.CountAsync("Memberships"));
    }

    [TestMethod]
    public async Task Refused_login_keeps_its_count_so_that_the_third_locks_the_account()
    {
        await _club.RegisterAsync("anna");

        for (var attempt = 0; attempt < 3; attempt++)
            Assert.AreEqual(401, (await _club.LoginAsync("anna", "wrong")).Status);

        Assert.AreEqual(401, (await _club.LoginAsync("anna")).Status);
        Assert.IsTrue(await _club.ScalarAsync<bool>("SELECT \"LockoutEnd\" > now() FROM \"AspNetUsers\""));
    }

    [TestMethod]
    public async Task Booking_is_one_transaction_of_four_repositories()
    {
        var token = await MemberAsync();

        Assert.AreEqual(204, await _club.SendAsync(HttpMethod.Post, "/courses/1/booking", token));

        Assert.AreEqual("1 1 9 2", await SeatsAsync(course: 1));
    }

    [TestMethod]
    [DataRow(2, "No seat is left.")]
    [DataRow(9, "There is no such course.")]
    public async Task Refusal_after_the_booking_was_saved_takes_all_of_it_back(int course, string reason)
    {
        var token = await MemberAsync();

        Assert.AreEqual(409, await _club.SendAsync(HttpMethod.Post, $"/courses/{course}/booking", token), reason);

        Assert.AreEqual("0 2 10 1", await SeatsAsync(course: 1));
    }

    [TestMethod]
    public async Task Third_booking_finds_no_credit_and_takes_no_seat()
    {
        var token = await MemberAsync();
        foreach (var (course, status) in new[] { (1, 204), (3, 204), (1, 500) })
            Assert.AreEqual(status, await _club.SendAsync(HttpMethod.Post, $"/courses/{course}/booking", token), $"{course}");
        await _club.ExecuteAsync("UPDATE \"Courses\" SET \"FreeSeats\" = 5 WHERE \"Id\" = 2");

        Assert.AreEqual(409, await _club.SendAsync(HttpMethod.Post, "/courses/2/booking", token));

        Assert.AreEqual("2 0 9 3", await SeatsAsync(course: 1));
    }

    [TestMethod]
    public async Task Status_of_400_and_above_rolls_back_what_was_saved_without_an_exception()
    {
        var token = await MemberAsync();
        await _club.SendAsync(HttpMethod.Post, "/courses/1/booking", token);
        await _club.SendAsync(HttpMethod.Post, "/courses/3/booking", token);

        Assert.AreEqual(204, await _club.SendAsync(HttpMethod.Delete, "/courses/1/booking", token));
        Assert.AreEqual(409, await _club.SendAsync(HttpMethod.Delete, "/courses/3/booking", token), "It has begun.");

        Assert.AreEqual("1 1 9 3", await SeatsAsync(course: 3));
        Assert.AreEqual("1 1 10 3", await SeatsAsync(course: 1));
    }

    [TestMethod]
    public async Task Postman_without_a_request_delivers_all_or_nothing()
    {
        await _club.RefuseAsync("Deliveries");
        await MemberAsync();
        await _club.WaitForAsync("EXISTS (SELECT FROM pg_stat_database WHERE datname = current_database() AND xact_rollback > 0)");
        Assert.AreEqual(0, await _club.ScalarAsync<long>("SELECT count(*) FROM \"Letters\" WHERE \"IsSent\""));

        await _club.AllowAsync();

        await _club.WaitForAsync("(SELECT count(*) FROM \"Letters\" WHERE \"IsSent\") = 1");
        Assert.AreEqual(1, await _club.CountAsync("Deliveries"));
    }

    [TestMethod]
    public async Task Reading_answers_as_before()
    {
        var token = await MemberAsync();

        StringAssert.Contains(await _club.GetAsync("/courses"), "Pottery");
        Assert.AreEqual(200, await _club.SendAsync(HttpMethod.Get, "/members/me", token));
        Assert.AreEqual(401, await _club.SendAsync(HttpMethod.Get, "/members/me"));
    }

    private async Task<string> MemberAsync()
    {
        Assert.AreEqual(201, await _club.RegisterAsync("anna"));
        return (await _club.LoginAsync("anna")).Token!;
    }

    private Task<string> CountsAsync() => _club.ScalarAsync<string>(
        """
        SELECT concat_ws(' ', (SELECT count(*) FROM "AspNetUsers"), (SELECT count(*) FROM "AspNetUserRoles"),
            (SELECT count(*) FROM "Memberships"), (SELECT count(*) FROM "Letters"))
        """);

    /// <summary>Bookings, credits, free seats of a course, letters.</summary>
    private Task<string> SeatsAsync(int course) => _club.ScalarAsync<string>(
        $"""
         SELECT concat_ws(' ', (SELECT count(*) FROM "Bookings"), (SELECT sum("Credits") FROM "Memberships"),
             (SELECT "FreeSeats" FROM "Courses" WHERE "Id" = {course}), (SELECT count(*) FROM "Letters"))
         """);
}
