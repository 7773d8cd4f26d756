namespace TxAspects.Model.Tests.Library;

internal sealed class Calls : ICalls
{
    public Task RequiredAsync(Func<Task> body) => body();

    public Task RequiresNewAsync(Func<Task> body) => body();

    public Task NestedAsync(Func<Task> body) => body();

    public Task MandatoryAsync(Func<Task> body) => body();

    public Task SupportsAsync(Func<Task> body) => body();

    public Task NotSupportedAsync(Func<Task> body) => body();

    public Task NeverAsync(Func<Task> body) => body();

    public IAsyncEnumerable<int> RequiredSequence(Func<int, Task> body, int count) => ProduceAsync(body, count);

    public IAsyncEnumerable<int> RequiresNewSequence(Func<int, Task> body, int count) => ProduceAsync(body, count);

    public IAsyncEnumerable<int> NestedSequence(Func<int, Task> body, int count) => ProduceAsync(body, count);

    private static async IAsyncEnumerable<int> ProduceAsync(Func<int, Task> body, int count)
    {
        for (var element = 0; element < count; element++)
        {
            await body(element);
            yield return element;
        }
    }
}
