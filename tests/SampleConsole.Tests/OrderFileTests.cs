using System.Text;
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
    public void Broken_line_is_reported_and_leaves_out_its_order_alone(string line, string reason)
    {
        var file = Read($"order,A1,2025-03-01,C1\nline,A1,TEA,1,2.00\n{line}\norder,A2,2025-03-01,C1\nline,A2,TEA,1,2.00\n");

        var broken = file.BrokenLines.Single();
        Assert.AreEqual((5, reason), (broken.Number, broken.Reason));
        Assert.IsFalse(broken.Detail.Any(char.IsControl));
        Assert.AreEqual("A2", file.Orders.Single().Number);
        Assert.AreEqual(1, file.OrdersLeftOut);
    }

    [TestMethod]
    [DataRow("order,A1,2025-02-30,C1", "not a date")]
    [DataRow("order,A1,2025-03-01,C9", "unknown customer")]
    [DataRow("order,,2025-03-01,C1", "a column is empty")]
    [DataRow("order,A0,2025-03-01,C1", "order number used twice")]
    [DataRow("ordr,A1,2025-03-01,C1", "unknown kind of record")]
    [DataRow("refund,A1,2025-03-01,C1", "wrong number of columns")]
    public void Broken_head_is_reported_once_and_the_lines_below_it_are_left_out(string head, string reason)
    {
        var number = head.Split(',')[1] is { Length: > 0 } given ? given : "A1";

        var file = Read($"order,A0,2025-03-01,C1\nline,A0,TEA,1,2.00\n{head}\nline,{number},TEA,1,9.00\nline,{number},TEA,1,9.00\n");

        var broken = file.BrokenLines.Single();
        Assert.AreEqual((5, reason), (broken.Number, broken.Reason));
        Assert.AreEqual(("A0", 2.00m), (file.Orders.Single().Number, file.Orders.Single().Total));
        Assert.AreEqual(1, file.OrdersLeftOut);
    }

    [TestMethod]
    public void Order_without_lines_is_reported_at_its_head()
    {
        var file = Read("order,A1,2025-03-01,C1\norder,A2,2025-03-01,C1\nline,A2,TEA,1,2.00\n");

        Assert.AreEqual((3, "order without lines"), (file.BrokenLines.Single().Number, file.BrokenLines.Single().Reason));
        Assert.AreEqual("A2", file.Orders.Single().Number);
    }

    [TestMethod]
    public void Line_that_names_another_order_leaves_out_both()
    {
        var file = Read("order,A1,2025-03-01,C1\nline,A1,TEA,1,2.00\norder,A2,2025-03-01,C1\nline,A1,TEA,1,2.00\nline,A2,TEA,1,2.00\n");

        Assert.AreEqual("line of another order", file.BrokenLines.Single().Reason);
        Assert.IsEmpty(file.Orders);
        Assert.AreEqual(2, file.OrdersLeftOut);
    }

    [TestMethod]
    public void Line_above_every_order_is_reported()
        => Assert.AreEqual("line without an order", Read("line,A1,TEA,1,2.00\n").BrokenLines.Single().Reason);

    [TestMethod]
    public void Bytes_that_are_no_text_are_reported()
    {
        var file = OrderFile.Parse([.. "customer,C1,Ad"u8, 0xff, .. ",100.00\n"u8, .. Encoding.UTF8.GetBytes(Catalog)]);

        Assert.AreEqual((1, "not UTF-8"), (file.BrokenLines.Single().Number, file.BrokenLines.Single().Reason));
        Assert.HasCount(1, file.Customers);
    }

    [TestMethod]
    public void Mark_at_the_start_Windows_line_ends_comments_and_empty_lines_count_for_nothing()
    {
        var content = "# head\r\n\r\ncustomer,C1,\"Berg, Ada \"\"A\"\"\",100.00\r\n  \r\nproduct,TEA,Tea,0"u8;

        var file = OrderFile.Parse([.. Encoding.UTF8.Preamble, .. content]);

        Assert.IsEmpty(file.BrokenLines);
        Assert.AreEqual("Berg, Ada \"A\"", file.Customers.Single().Name);
        Assert.AreEqual(0, file.Products.Single().Stock);
    }

    [TestMethod]
    public async Task Shipped_file_has_enough_of_everything()
    {
        var file = await OrderFile.ReadAsync(CommandLine.Parse([]).File);

        Assert.IsGreaterThanOrEqualTo(5_000, file.Orders.Count);
        Assert.IsTrue(file.Orders.Where(order => !order.IsRefund).All(order => order.Lines.Count >= 2));
        Assert.IsGreaterThanOrEqualTo(150, file.Orders.Count(order => order.IsRefund));
        Assert.IsGreaterThanOrEqualTo(12, file.BrokenLines.Select(line => line.Reason).Distinct().Count());
    }

    private static OrderFile Read(string orders) => OrderFile.Parse(Encoding.UTF8.GetBytes(Catalog + orders));
}
