using SampleConsole.Reading;

namespace SampleConsole.Tests;

/// <summary>Of a file that is imported little more than the numbers of its orders is held. Alone, because others allocate too.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OrderFileMemoryTests
{
    private const int Orders = 20_000;
    private const int LinesPerOrder = 10;

    [TestMethod]
    public async Task Orders_are_not_held()
    {
        var path = Path.GetTempFileName();
        try
        {
            await WriteAsync(path);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await using var file = await OrderFile.OpenAsync(path);
            Assert.IsLessThan(200, Kept(before) / Orders, "Bytes per order after the first reading.");

            var (read, kept) = (0, 0L);
            await foreach (var order in file.ReadOrdersAsync(refunds: false))
            {
                Assert.HasCount(LinesPerOrder, order.Lines);
                if (++read == Orders - 1)
                    kept = Kept(before);
            }

            Assert.AreEqual(Orders, read);
            Assert.IsLessThan(400, kept / Orders, "Bytes per order while the last is read again.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static long Kept(long before) => GC.GetTotalMemory(forceFullCollection: true) - before;

    private static async Task WriteAsync(string path)
    {
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync("customer,C1,Ada,100.00\nproduct,TEA,Green tea,5");
        for (var order = 0; order < Orders; order++)
        {
            await file.WriteLineAsync($"order,A-{order:00000},2025-03-01,C1");
            for (var line = 0; line < LinesPerOrder; line++)
                await file.WriteLineAsync($"line,A-{order:00000},TEA,1,2.00");
        }
    }
}
