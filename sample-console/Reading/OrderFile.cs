using System.Text;
using SampleConsole.Ledger;
using SampleConsole.Orders;
using SampleConsole.Stock;

namespace SampleConsole.Reading;

/// <summary>What a file of orders says: the orders that are whole, and the lines that are broken.</summary>
/// <remarks>
/// A text file in UTF-8, one record per line, with commas between the columns:
/// <code>
/// customer,number,name,credit limit
/// product,sku,name,stock
/// order,number,date,customer            followed by its lines
/// refund,number,date,customer,order     followed by its lines: what came back
/// line,order or refund,sku,quantity,unit price
/// </code>
/// Customers and products stand before the orders that name them. Empty lines and lines that begin with # count for nothing.
/// </remarks>
internal sealed record OrderFile(
    IReadOnlyCollection<Customer> Customers,
    IReadOnlyCollection<Product> Products,
    IReadOnlyCollection<Order> Orders,
    IReadOnlyCollection<BrokenLine> BrokenLines,
    int OrdersLeftOut)
{
    /// <summary>Reads a file, however broken.</summary>
    /// <exception cref="BadInputException">The file cannot be read.</exception>
    public static async Task<OrderFile> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            return Parse(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException($"The file '{path}' does not exist.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException(
                Directory.Exists(path) ? $"'{path}' is a folder, not a file." : $"The file '{path}' cannot be read.");
        }
    }

    /// <exception cref="BadInputException">There is no order to import.</exception>
    public void ThrowIfWithoutOrders(string path)
    {
        if (Orders.Count > 0)
            return;

        throw new BadInputException(
            BrokenLines.Count == 0
                ? $"The file '{path}' has no order in it."
                : $"The file '{path}' has no order that can be imported: {BrokenLines.Count} of its lines are broken.");
    }

    internal static OrderFile Parse(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];

        var reader = new OrderFileReader();
        foreach (var line in content.Split((byte)'\n'))
            reader.Read(content[line].TrimEnd((byte)'\r'));
        return reader.Finish();
    }
}
