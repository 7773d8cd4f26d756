using System.Runtime.CompilerServices;
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
/// The file is read once to find out which orders are whole, since a line further down can leave out one above. The orders are
/// then read again as they are needed, so that however many there are, a few are in memory.
/// </remarks>
internal sealed class OrderFile : IAsyncDisposable
{
    private readonly string _name;
    private readonly Stream _content;
    private HashSet<string> _spoiled = [];

    private OrderFile(string name, Stream content) => (_name, _content) = (name, content);

    public IReadOnlyCollection<Customer> Customers { get; private set; } = [];

    public IReadOnlyCollection<Product> Products { get; private set; } = [];

    public IReadOnlyCollection<BrokenLine> BrokenLines { get; private set; } = [];

    /// <summary>The numbers of the orders that are whole, refunds too.</summary>
    public IReadOnlyCollection<string> OrderNumbers { get; private set; } = [];

    public int OrdersLeftOut { get; private set; }

    /// <summary>Opens a file and reads it, however broken.</summary>
    /// <exception cref="BadInputException">The file cannot be read.</exception>
    public static async Task<OrderFile> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
            return await OpenAsync(path, stream, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException($"The file '{path}' does not exist.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CannotBeRead(path);
        }
    }

    /// <summary>The same for what is open, which belongs to the result then.</summary>
    internal static async Task<OrderFile> OpenAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        var file = new OrderFile(name, content.CanSeek ? content : await HoldAsync(content, cancellationToken));
        try
        {
            await file.ReadAsync(cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="BadInputException">There is no order to import.</exception>
    public void ThrowIfWithoutOrders()
    {
        if (OrderNumbers.Count > 0)
            return;

        throw new BadInputException(
            BrokenLines.Count == 0
                ? $"The file '{_name}' has no order in it."
                : $"The file '{_name}' has no order that can be imported: {BrokenLines.Count} of its lines are broken.");
    }

    /// <summary>The sales, or the refunds, that are whole, in the order of the file. One caller at a time.</summary>
    /// <exception cref="BadInputException">The file cannot be read any more, or was changed meanwhile.</exception>
    public async IAsyncEnumerable<Order> ReadOrdersAsync(
        bool refunds, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = new OrderFileReader();
        await foreach (var order in ReadAsync(reader, cancellationToken))
        {
            if (order.RefundOf is not null == refunds && !_spoiled.Contains(order.Number))
                yield return order.ToOrder();
        }

        if (reader.OrderCount != OrderNumbers.Count + _spoiled.Count)
            throw new BadInputException($"The file '{_name}' was changed while it was imported.");
    }

    public ValueTask DisposeAsync() => _content.DisposeAsync();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var reader = new OrderFileReader();
        await foreach (var _ in ReadAsync(reader, cancellationToken))
        {
        }

        _spoiled = reader.FindSpoiled();
        Customers = reader.Customers;
        Products = reader.Products;
        BrokenLines = [.. reader.BrokenLines.OrderBy(line => line.Number)];
        OrderNumbers = [.. reader.OrderNumbers.Where(number => !_spoiled.Contains(number))];
        OrdersLeftOut = _spoiled.Count + reader.BrokenHeads;
    }

    private async IAsyncEnumerable<OrderDraft> ReadAsync(
        OrderFileReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _content.Position = 0;
        var lines = new LineReader(_content);
        var isFirst = true;
        while (await ReadLineAsync(lines, cancellationToken))
        {
            if (reader.Read(Strip(lines.Line.Span, isFirst)) is { } ended)
                yield return ended;
            isFirst = false;
        }

        if (reader.End() is { } last)
            yield return last;
    }

    private async ValueTask<bool> ReadLineAsync(LineReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotBeRead(_name);
        }
    }

    private static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> line, bool isFirst)
    {
        if (isFirst && line.StartsWith(Encoding.UTF8.Preamble))
            line = line[Encoding.UTF8.Preamble.Length..];
        return line.TrimEnd((byte)'\r');
    }

    // A pipe can be read only once.
    private static async Task<Stream> HoldAsync(Stream pipe, CancellationToken cancellationToken)
    {
        await using (pipe)
        {
            var held = new MemoryStream();
            await pipe.CopyToAsync(held, cancellationToken);
            return held;
        }
    }

    private static BadInputException CannotBeRead(string path)
        => new(Directory.Exists(path) ? $"'{path}' is a folder, not a file." : $"The file '{path}' cannot be read.");
}
