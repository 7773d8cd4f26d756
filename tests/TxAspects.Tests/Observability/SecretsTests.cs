using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Secrets are fed through every path that fails, and what the library tells in its own words has none of them.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SecretsTests : SecretPaths
{
    private readonly LogRecorder _log = new();

    public static IEnumerable<object[]> Cases
        => from path in typeof(SecretsTests).GetMethods().Where(method => method.IsDefined(typeof(PathAttribute), inherit: false))
           from hide in new[] { false, true }
           select new object[] { path.Name, hide };

    [TestInitialize]
    public void Configure()
    {
        Options.LoggerFactory = _log;
        Options.RetryDelay = TimeSpan.Zero;
        Options.WarnWhenOpenLongerThan = TimeSpan.FromHours(1);
        Tx.Configure(Options);
    }

    [TestCleanup]
    public void Forget() => Tx.Configure(new TxAspectsOptions());

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Nothing_that_is_told_has_a_secret_in_it(string path, bool hideExceptionMessages)
    {
        Options.HideExceptionMessages = hideExceptionMessages;
        var told = new List<string>();
        using var metrics = new MetricRecorder();
        using var spans = new SpanRecorder();
        Options.OnEnded += outcome => told.Add($"outcome {outcome.Name} {outcome.State} {outcome.Reason}");

        var thrown = await CatchAsync(() => (Task)GetType().GetMethod(path)!.Invoke(this, null)!);

        for (var exception = thrown; exception is not null; exception = exception.InnerException)
        {
            if (exception is TxAspectsException or ArgumentException)
                told.Add($"exception {exception.Message}");
        }

        foreach (var message in _log.Messages)
            told.Add($"log {message.Text} {(hideExceptionMessages ? message.Exception : null)}");
        told.AddRange(spans.Spans.SelectMany(Describe));
        told.Add(metrics.All);

        Assert.IsGreaterThan(1, told.Count, "Nothing was told, so nothing was tried.");
        foreach (var text in told)
        {
            foreach (var secret in new[] { Password, "hunter2", Tenant, Card, $"{CardSlot}" })
                Assert.DoesNotContain(secret, text);
        }
    }

    [TestMethod]
    public async Task Hidden_exception_keeps_its_type_its_state_its_stack_and_what_caused_it()
    {
        Options.HideExceptionMessages = true;

        await CatchAsync(FailedCommandOfASave);

        var logged = _log.Messages.Select(message => message.Exception).OfType<Exception>().First().ToString();
        StringAssert.Contains(logged, typeof(DbUpdateException).FullName);
        StringAssert.Contains(logged, "Npgsql.PostgresException with SQLSTATE 23505");
        StringAssert.Contains(logged, "   at ");
    }

    private static IEnumerable<string> Describe(Activity span)
        => span.TagObjects.Select(tag => $"tag {tag.Key}={string.Join(',', tag.Value as IEnumerable<string> ?? [$"{tag.Value}"])}")
            .Concat(span.Events.SelectMany(one => one.Tags.Select(tag => $"event {one.Name} {tag.Key}={tag.Value}")))
            .Append($"span {span.DisplayName} {span.Status} {span.StatusDescription}");
}
