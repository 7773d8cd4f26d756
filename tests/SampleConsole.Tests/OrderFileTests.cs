using System.Text;
using SampleConsole.Orders;
using SampleConsole.Reading;

namespace SampleConsole.Tests;

[TestClass]
public sealed class OrderFileTests
{
    private const string Catalog = "customer,C1,Ada,100.00\nproduct,TEA,Green tea,5\n";

    [TestMethod]
    [DataRow("line,A1,TEA,1", "wrong number of columns")]
    [DataRow("line,A1,TEA,one,2.00", "not a number")]
    [DataRow("line,A1,TEA,1.5,2.00", "not a whole number")]
    [DataRow("line,A1,TEA,-1,2.00", "quantity too small")]
    [DataRow("line,A1,TEA,0,2.00", "quantity too small")]
    [DataRow("line,A1,TEA,1000001,2.00", "number too large")]
    [DataRow("line,A1,TEA,99999999999999999999999999999999,2.00", "number too large")]
    [DataRow("line,A1,TEA,1,2.005", "more than two decimals")]
    [DataRow("line,A1,TEA,1,-2.00", "not a positive amount")]
    [DataRow("line,A1,TEA,1,\"2,00\"", "not a number")]
    [DataRow("line,A1,TEA,1,10000000", "number too large")]
    [DataRow("line,A1,MILK,1,2.00", "unknown product")]
    [DataRow("line,A1,,1,2.00", "a column is empty")]
    [DataRow("line,A1,\"TEA,1,2.00", "a quote is not closed or stands inside a column")]
    [DataRow("line,A1,TEA\u001b[31m,1,2.00", "control character")]
    [DataRow("line,A9,TEA,1,2.00", "line of another order")]
    [DataRow("lien,A1,TEA,1,2.00", "unknown kind of record")]
    public async Task Broken_line_is_reported_and_leaves_out_its_order_alone(string line, string reason)
    {
        await using var file = await ReadAsync($"order,A1,2025-03-01,C1\nline,A1,TEA,1,2.00\n{line}\norder,A2,2025-03-01,C1\nline,A2,TEA,1,2.00\n");

        var broken = file.BrokenLines.Single();
        Assert.AreEqual((5, reason), (broken.Number, broken.Reason));
        Assert.IsFalse(broken.Detail.Any(char.IsControl));
        Assert.AreEqual("A2", (await OrdersAsync(file)).Single().Number);
        Assert.AreEqual(1, file.OrdersLeftOut);
    }

    [TestMethod]
    [DataRow("order,A1,2025-02-30,C1", "not a date")]
    [DataRow("order,A1,2025-03-01,C9", "unknown customer")]
    [DataRow("order,,2025-03-01,C1", "a column is empty")]
    [DataRow("order,A0,2025-03-01,C1", "order number used twice")]
    [DataRow("ordr,A1,2025-03-01,C1", "unknown kind of record")]
    [DataRow("refund,A1,2025-03-01,C1", "wrong number of columns")]
    public async Task Broken_head_is_reported_once_and_the_lines_below_it_are_left_out(string head, string reason)
    {
        var number = head.Split(',')[1] is { Length: > 0 } given ? given : "A1";

        await using var file = await ReadAsync($"order,A0,2025-03-01,C1\nline,A0,TEA,1,2.00\n{head}\nline,{number},TEA,1,9.00\nline,{number},TEA,1,9.00\n");

        var broken = file.BrokenLines.Single();
        Assert.AreEqual((5, reason), (broken.Number, broken.Reason));
        var order = (await OrdersAsync(file)).Single();
        Assert.AreEqual(("A0", 2.00m), (order.Number, order.Total));
        Assert.AreEqual(1, file.OrdersLeftOut);
    }

    [TestMethod]
    public async Task Order_without_lines_is_reported_at_its_head()
    {
        await using var file = await ReadAsync("order,A1,2025-03-01,C1\norder,A2,2025-03-01,C1\nline,A2,TEA,1,2.00\n");

        Assert.AreEqual((3, "order without lines"), (file.BrokenLines.Single().Number, file.BrokenLines.Single().Reason));
        Assert.AreEqual("A2", (await OrdersAsync(file)).Single().Number);
    }

    [TestMethod]
    public async Task Line_that_names_another_order_leaves_out_both()
    {
        await using var file = await ReadAsync("order,A1,2025-03-01,C1\nline,A1,TEA,1,2.00\norder,A2,2025-03-01,C1\nline,A1,TEA,1,2.00\nline,A2,TEA,1,2.00\n");

        Assert.AreEqual("line of another order", file.BrokenLines.Single().Reason);
        Assert.IsEmpty(file.OrderNumbers);
        Assert.IsEmpty(await OrdersAsync(file));
        Assert.AreEqual(2, file.OrdersLeftOut);
    }

    [TestMethod]
    public async Task Line_above_every_order_is_reported()
    {
        await using var file = await ReadAsync("line,A1,TEA,1,2.00\n");

        Assert.AreEqual("line without an order", file.BrokenLines.Single().Reason);
    }

    [TestMethod]
    public async Task Bytes_that_are_no_text_are_reported()
    {
        await using var file = await ReadAsync((byte[])[.. "customer,C1,Ad"u8, 0xff, .. ",100.00\n"u8, .. Encoding.UTF8.GetBytes(Catalog)]);

        Assert.AreEqual((1, "not UTF-8"), (file.BrokenLines.Single().Number, file.BrokenLines.Single().Reason));
        Assert.HasCount(1, file.Customers);
    }

    [TestMethod]
    public async Task Mark_at_the_start_Windows_line_ends_comments_and_empty_lines_count_for_nothing()
    {
        var content = "# head\r\n\r\ncustomer,C1,\"Berg, Ada \"\"A\"\"\",100.00\r\n  \r\nproduct,TEA,Tea,0"u8;

        await using var file = await ReadAsync((byte[])[.. Encoding.UTF8.Preamble, .. content]);

        Assert.IsEmpty(file.BrokenLines);
        Assert.AreEqual("Berg, Ada \"A\"", file.Customers.Single().Name);
        Assert.AreEqual(0, file.Products.Single().Stock);
    }

    [TestMethod]
    public async Task Shipped_file_has_enough_of_everything()
    {
        await using var file = await OrderFile.OpenAsync(CommandLine.Parse([]).File);
        var orders = await OrdersAsync(file);

        Assert.IsGreaterThanOrEqualTo(5_000, orders.Count);
        CollectionAssert.AreEquivalent(file.OrderNumbers.ToArray(), orders.Select(order => order.Number).ToArray());
        Assert.IsTrue(orders.Where(order => !order.IsRefund).All(order => order.Lines.Count >= 2));
        Assert.IsGreaterThanOrEqualTo(150, orders.Count(order => order.IsRefund));
        Assert.IsGreaterThanOrEqualTo(12, file.BrokenLines.Select(line => line.Reason).Distinct().Count());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(int.MaxValue)]
    public async Task File_that_comes_in_pieces_and_lines_longer_than_a_piece_are_read_the_same(int piece)
    {
        var content =
            $"{Catalog}# {new string('x', 200_000)}\norder,A1,2025-03-01,C1\r\nline,A1,TEA,1,2.00\n" +
            "refund,R1,2025-03-02,C1,A1\nline,R1,TEA,1,2.00";

        await using var file = await OrderFile.OpenAsync("file", new Pieces(Encoding.UTF8.GetBytes(content), piece));

        Assert.AreEqual("A1,R1", string.Join(',', file.OrderNumbers));
        Assert.AreEqual("A1,R1", string.Join(',', (await OrdersAsync(file)).Select(order => order.Number)));
        Assert.IsEmpty(file.BrokenLines);
    }

    [TestMethod]
    public async Task Line_far_below_leaves_out_an_order_above_although_that_could_be_imported_before()
    {
        await using var file = await ReadAsync(
            "order,A1,2025-03-01,C1\nline,A1,TEA,1,2.00\norder,A2,2025-03-01,C1\nline,A2,TEA,1,2.00\n" +
            "order,A3,2025-03-01,C1\nline,A3,TEA,1,2.00\nline,A1,TEA,1,2.00\n");

        Assert.AreEqual("A2", (await OrdersAsync(file)).Single().Number);
        Assert.AreEqual(2, file.OrdersLeftOut);
    }

    [TestMethod]
    public async Task File_that_is_changed_while_it_is_imported_is_bad_input()
    {
        var content = new MemoryStream();
        content.Write(Encoding.UTF8.GetBytes(Catalog + "order,A1,2025-03-01,C1\nline,A1,TEA,1,2.00\n"));
        await using var file = await OrderFile.OpenAsync("file", content);
        content.Write("order,A2,2025-03-01,C1\nline,A2,TEA,1,2.00\n"u8);

        var refused = await Assert.ThrowsExactlyAsync<BadInputException>(() => OrdersAsync(file));

        Assert.AreEqual("The file 'file' was changed while it was imported.", refused.Message);
    }

    private static Task<OrderFile> ReadAsync(string orders) => ReadAsync(Encoding.UTF8.GetBytes(Catalog + orders));

    private static Task<OrderFile> ReadAsync(byte[] content) => OrderFile.OpenAsync("file", new MemoryStream(content));

    private static async Task<List<Order>> OrdersAsync(OrderFile file)
    {
        var orders = new List<Order>();
        foreach (var refunds in new[] { false, true })
        {
            await foreach (var order in file.ReadOrdersAsync(refunds))
                orders.Add(order);
        }

        return orders;
    }

    /// <summary>Gives no more than a few bytes at a time.</summary>
    private sealed class Pieces(byte[] content, int most) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
    }
}
