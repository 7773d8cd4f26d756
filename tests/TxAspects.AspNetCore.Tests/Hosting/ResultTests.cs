using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TxAspects.Interception;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Results with a status, returned by the outermost call of a unit.</summary>
[TestClass]
public sealed class ResultTests : DatabaseTests
{
    private static readonly TxAspectsOptions Options = new TxAspectsOptions().RollbackOnFailureStatus();

    public static IEnumerable<(object Result, bool Commits)> Results =>
    [
        (TypedResults.Ok(), true),
        (TypedResults.NoContent(), true),
        (TypedResults.Redirect("/"), true),
        (TypedResults.NotFound(), false),
        (TypedResults.Problem(), false),
        (TypedResults.StatusCode(418), false),
        ((Results<Ok, NotFound>)TypedResults.Ok(), true),
        ((Results<Ok, NotFound>)TypedResults.NotFound(), false),
        (new OkResult(), true),
        (new OkObjectResult(1), true),
        (new ObjectResult(1), true),
        (new NotFoundResult(), false),
        (new ConflictObjectResult(1), false),
        (new ActionResult<int>(1), true),
        (new ActionResult<int>(new BadRequestResult()), false),
        ("plain", true),
    ];

    [TestMethod]
    [DynamicData(nameof(Results))]
    public async Task Status_of_400_and_above_rolls_back(object result, bool commits)
    {
        await using (var scope = Tx.Open(Options))
        {
            await InsertAsync("tea");
            await scope.CompleteAsync(result);
        }

        Assert.AreEqual(commits ? 1 : 0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Proxied_service_rolls_back_and_its_result_reaches_the_caller()
    {
        var service = (IPlacing)new UnitOfWorkProxies(Options).Wrap(new Placing(() => InsertAsync("tea")));

        Assert.IsInstanceOfType<Conflict>(await service.PlaceAsync());

        Assert.AreEqual(0, await Master.CountAsync());
    }

    public interface IPlacing
    {
        [UnitOfWork]
        Task<IResult> PlaceAsync();
    }

    public sealed class Placing(Func<Task> insert) : IPlacing
    {
        public async Task<IResult> PlaceAsync()
        {
            await insert();
            return TypedResults.Conflict();
        }
    }
}
