using System.Text.RegularExpressions;

namespace SampleIdentity.Tests;

/// <summary>
/// The diff of docs/convert.md is the one that was made: taken back from the sample, it gives an application that knows nothing of units,
/// builds, runs and does what the page says of it. What <see cref="ClubTests"/> says is of the sample as it is.
/// </summary>
[TestClass]
public sealed partial class ConvertPageTests
{
    private const int Most = 10;

    private static readonly string Page = Repository.Read("docs", "convert.md");
    private static readonly PageDiff Diff = new(DiffBlock().Matches(Page).Single().Groups[1].Value);

    private static FormerClub? _former;

    [ClassInitialize]
    public static async Task BuildAsync(TestContext context) => _former = await FormerClub.BuildAsync(Diff);

    [ClassCleanup]
    public static void RemoveFormer() => _former?.Dispose();

    [TestMethod]
    public void Diff_has_few_lines_and_what_is_left_without_it_knows_nothing_of_units()
    {
        Assert.HasCount(Most, Diff.Added);
        Assert.IsLessThanOrEqualTo(Diff.Added.Count, Diff.Removed.Count);
        var before = FormerClub.FilesBefore(Diff);
        var traces = before.Where(file => Trace().IsMatch(file.Value)).Select(file => file.Key);
        Assert.AreEqual("", string.Join(", ", traces));
        CollectionAssert.IsSubsetOf(Diff.Files.ToArray(), before.Keys.Select(file => $"sample-identity/{file}").ToArray());
    }

    [TestMethod]
    public void Code_on_the_page_is_that_of_the_application_before()
    {
        var sources = string.Join('\n', FormerClub.FilesBefore(Diff).Values);

        var examples = Example().Matches(Page).Select(match => match.Groups[1].Value).ToArray();

        Assert.HasCount(3, examples);
        foreach (var example in examples)
            Assert.Contains(example, sources);
    }

    [TestMethod]
    public void Tests_that_are_named_exist()
    {
        var named = TestName().Matches(Page).Select(name => (Type: name.Groups[1].Value, Method: name.Groups[2].Value)).ToArray();

        Assert.IsGreaterThan(5, named.Length);
        foreach (var (type, method) in named)
            Assert.IsNotNull(GetType().Assembly.GetType($"SampleIdentity.Tests.{type}")?.GetMethod(method), $"{type}.{method}");
    }

    [TestMethod]
    public async Task Before_the_diff_a_refused_registration_leaves_an_account_without_a_membership()
    {
        await using var club = await Club.StartAsync(_former!.Assembly);

        Assert.AreEqual(409, await club.RegisterAsync("anna", invitation: "none"));

        Assert.AreEqual(1, await club.CountAsync("AspNetUsers"));
        Assert.AreEqual(0, await club.CountAsync("Memberships"));
        Assert.AreEqual(400, await club.RegisterAsync("anna"), "The address is taken.");
    }

    [TestMethod]
    public async Task Before_the_diff_a_refused_booking_leaves_the_seat_the_letter_and_the_spent_credit()
    {
        await using var club = await Club.StartAsync(_former!.Assembly);
        await club.RegisterAsync("anna");
        var (_, token) = await club.LoginAsync("anna");

        Assert.AreEqual(409, await club.SendAsync(HttpMethod.Post, "/courses/2/booking", token));

        Assert.AreEqual(1, await club.CountAsync("Bookings"));
        Assert.AreEqual(2, await club.CountAsync("Letters"));
        Assert.AreEqual(1, await club.ScalarAsync<int>("SELECT \"Credits\" FROM \"Memberships\""));
    }

    [GeneratedRegex("```diff\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex DiffBlock();

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"TxAspects|TxConnect|UnitOfWork|UnitScoped|\bTx\b")]
    private static partial Regex Trace();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();
}
