using SampleConsole.Ledger;
using SampleConsole.Orders;
using SampleConsole.Stock;

namespace SampleConsole.Reading;

/// <summary>
/// Reads line after line. A broken line is noted, and with it the order it belongs to is left out; the rest goes on. Of an order that has
/// ended it keeps the number.
/// </summary>
internal sealed class OrderFileReader
{
    private const decimal LargestTotal = 9_999_999_999.99m;

    private readonly Dictionary<string, Customer> _customers = [];
    private readonly Dictionary<string, Product> _products = [];
    private readonly Dictionary<string, int> _orders = [];    // where each stands
    private readonly HashSet<string> _spoiledNumbers = [];
    private readonly HashSet<string> _brokenOrders = [];
    private readonly List<BrokenLine> _broken = [];
    private int _lineNumber;
    private OrderDraft? _current;
    private OrderDraft? _ended;

    public IReadOnlyCollection<Customer> Customers => _customers.Values;

    public IReadOnlyCollection<Product> Products => _products.Values;

    public IReadOnlyCollection<BrokenLine> BrokenLines => _broken;

    /// <summary>Those of all orders with a head that can be used.</summary>
    public IReadOnlyCollection<string> OrderNumbers => _orders.Keys;

    public int OrderCount => _orders.Count;

    /// <summary>How many orders have a head that cannot be used.</summary>
    public int BrokenHeads { get; private set; }

    /// <returns>The order above, where it ends here and nothing in it is broken; else null.</returns>
    public OrderDraft? Read(ReadOnlySpan<byte> line)
    {
        _lineNumber++;
        _ended = null;
        if (line.Trim((byte)' ').IsEmpty || line[0] == '#')
            return null;

        var record = Record.Split(line);
        try
        {
            record.ThrowIfDefect();
            Take(record);
        }
        catch (BrokenLineException e)
        {
            _broken.Add(new BrokenLine(_lineNumber, e.Reason, e.Detail));
            Spoil(record);
        }

        return _ended;
    }

    /// <summary>The file ends here.</summary>
    /// <inheritdoc cref="Read"/>
    public OrderDraft? End()
    {
        _ended = null;
        Begin(null);
        return _ended;
    }

    /// <summary>The numbers of orders that have a head and are left out, when all is read.</summary>
    public HashSet<string> FindSpoiled() => [.. _brokenOrders, .. _spoiledNumbers.Where(_orders.ContainsKey)];

    private void Take(Record record)
    {
        switch (record.Kind)
        {
            case "customer":
                TakeCustomer(record);
                break;
            case "product":
                TakeProduct(record);
                break;
            case "order":
                record.RequireColumns(4);
                TakeOrder(record, refundOf: null);
                break;
            case "refund":
                record.RequireColumns(5);
                TakeOrder(record, record.Text(4, "refunded order"));
                break;
            case "line":
                TakeLine(record);
                break;
            default:
                throw new BrokenLineException("unknown kind of record", "A line begins with customer, product, order, refund or line.");
        }
    }

    private void TakeCustomer(Record record)
    {
        record.RequireColumns(4);
        var customer = new Customer
        {
            Number = record.Text(1, "customer number"),
            Name = record.Text(2, "name"),
            CreditLimit = record.Amount(3, "credit limit"),
        };
        if (!_customers.TryAdd(customer.Number, customer))
            throw new BrokenLineException("customer given twice", $"'{customer.Number}' stands further up.");
    }

    private void TakeProduct(Record record)
    {
        record.RequireColumns(4);
        var stock = record.Quantity(3, "stock", least: 0);
        var product = new Product { Sku = record.Text(1, "SKU"), Name = record.Text(2, "name"), InitialStock = stock, Stock = stock };
        if (!_products.TryAdd(product.Sku, product))
            throw new BrokenLineException("product given twice", $"'{product.Sku}' stands further up.");
    }

    private void TakeOrder(Record record, string? refundOf)
    {
        var order = new OrderDraft(_lineNumber, record.Text(1, "order number"))
        {
            PlacedOn = record.Date(2),
            CustomerNumber = record.Text(3, "customer"),
            RefundOf = refundOf,
        };
        if (!_customers.ContainsKey(order.CustomerNumber))
            throw new BrokenLineException("unknown customer", $"'{order.CustomerNumber}' is not in the file.");
        if (_orders.TryGetValue(order.Number, out var first))
            throw new BrokenLineException("order number used twice", $"'{order.Number}' is the order of line {first}.");

        _orders.Add(order.Number, order.LineNumber);
        Begin(order);
    }

    private void TakeLine(Record record)
    {
        if (_current is null)
            throw new BrokenLineException("line without an order", "No order stands above it.");
        if (_current.HasBrokenHead && (_current.Number == record.Key || _current.Number.Length == 0))
            return;

        record.RequireColumns(5);
        var line = new OrderLine
        {
            OrderNumber = record.Text(1, "order number"),
            Position = _current.Lines.Count + 1,
            Sku = record.Text(2, "SKU"),
            Quantity = record.Quantity(3, "quantity"),
            UnitPrice = record.Amount(4, "unit price"),
        };
        if (line.OrderNumber != _current.Number)
            throw new BrokenLineException("line of another order", $"It names '{line.OrderNumber}' and stands below '{_current.Number}'.");
        if (!_products.ContainsKey(line.Sku))
            throw new BrokenLineException("unknown product", $"'{line.Sku}' is not in the file.");

        _current.Lines.Add(line);
    }

    // A broken line costs the order above it. One that names another order is taken for a head of that order,
    // unless it says that it is a line; then both orders are in doubt.
    private void Spoil(Record record)
    {
        if (record.Kind is "customer" or "product")
            return;

        var namesAnother = record.Key.Length > 0 && record.Key != _current?.Number;
        if (record.Kind is "order" or "refund" || (record.Kind != "line" && namesAnother))
        {
            BrokenHeads++;
            Begin(new OrderDraft(_lineNumber, record.Key) { HasBrokenHead = true, IsSpoiled = true });
            return;
        }

        _spoiledNumbers.Add(record.Key);
        if (_current is not null)
            _current.IsSpoiled = true;
    }

    private void Begin(OrderDraft? next)
    {
        var order = _current;
        _current = next;
        if (order is null or { HasBrokenHead: true })
            return;

        CheckWhole(order);
        if (order.IsSpoiled)
            _brokenOrders.Add(order.Number);
        else
            _ended = order;
    }

    private void CheckWhole(OrderDraft order)
    {
        var reason = order.Lines.Count == 0 ? "order without lines" : order.Total > LargestTotal ? "total too large" : null;
        if (order.IsSpoiled || reason is null)
            return;

        order.IsSpoiled = true;
        _broken.Add(new BrokenLine(order.LineNumber, reason, $"'{order.Number}' is left out."));
    }
}
