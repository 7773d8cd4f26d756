#:property PublishAot=false
// Makes orders.csv anew, always the same: dotnet run sample-console/Data/generate.cs > sample-console/Data/orders.csv
// A larger shop, with 50,000 orders:     dotnet run sample-console/Data/generate.cs -- 50000 > orders.csv

using System.Globalization;
using System.Text;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Products = 60, Shipped = 5_200, Most = 90_000;
var orders = Shipped;
if (args.Length > 1 || (args is [var given] && !(int.TryParse(given, NumberStyles.None, null, out orders) && orders is > 0 and <= Most)))
{
    Console.Error.WriteLine($"Give the number of orders, 1 to {Most}, or nothing for the {Shipped} that come with the program.");
    return 2;
}

var customers = Scaled(300);
var refunds = Scaled(160);
string[] adjectives = ["Green", "Black", "White", "Smoked", "Dried", "Roasted", "Salted", "Wild", "Sweet", "Bitter"];
string[] goods = ["tea", "coffee", "pepper", "almonds", "rice", "honey"];
string[] firstNames = ["Ada", "Grace", "Edsger", "Barbara", "Tony", "Frances", "Niklaus", "Radia", "Leslie", "Jean"];
string[] lastNames = ["Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Horvat", "Ivanov", "Jansen", "Kowalski"];

var random = new Random(20250301);
var output = new StringBuilder();
var sold = new List<(string Number, string Customer, DateOnly Day, List<(string Sku, int Quantity, decimal Price)> Lines)>();
var prices = new Dictionary<string, decimal>();
var firstDay = new DateOnly(2025, 3, 1);

Write("# A month of a small shop. Some products run out, some customers buy on too much credit, and some lines are broken on purpose.");
Write("# customer,number,name,credit limit");
for (var i = 1; i <= customers; i++)
    Write($"customer,{Customer(i)},\"{lastNames[random.Next(10)]}, {firstNames[random.Next(10)]}\",{(i % 20 == 0 ? 300 : 5_000)}.00");

Write("# product,sku,name,stock");
for (var i = 1; i <= Products; i++)
{
    prices[Sku(i)] = random.Next(150, 4_000) / 100m;
    Write($"product,{Sku(i)},{adjectives[(i - 1) % 10]} {goods[(i - 1) / 10]},{Scaled(i % 9 == 0 ? 380 : 900)}");
}

Write("customer,C0301,\"Lindt, Otto\",-50.00");
Write("product,SKU-061,Burnt honey,plenty");
Write("product,SKU-007,Green tea again,100");

Write("# order,number,date,customer");
Write("# line,order,sku,quantity,unit price");
for (var i = 1; i <= orders; i++)
{
    var day = firstDay.AddDays(i * 31 / (orders + 1));
    var order = (Number: $"A-{i:00000}", Customer: Customer(random.Next(1, customers + 1)), Day: day, Lines: Lines());
    sold.Add(order);
    Break(i, order.Number, order.Customer, order.Day);
    Write($"order,{order.Number},{order.Day:yyyy-MM-dd},{order.Customer}");
    WriteLines(order.Number, order.Lines);
}

Write("# refund,number,date,customer,order");
for (var i = 1; i <= refunds; i++)
{
    var order = sold[random.Next(sold.Count)];
    var (sku, quantity, price) = order.Lines[0];
    Write($"refund,R-{i:00000},{order.Day.AddDays(random.Next(0, 4)):yyyy-MM-dd},{order.Customer},{order.Number}");
    if (i % 8 == 0)
        WriteLines($"R-{i:00000}", [(sku, quantity, price * 20)]);      // more than was paid
    else
        WriteLines($"R-{i:00000}", [(sku, random.Next(1, quantity + 1), price)]);
}

Write("refund,R-90001,2025-03-20,C0001,A-99999");
WriteLines("R-90001", [("SKU-001", 1, 5m)]);

using var stdout = Console.OpenStandardOutput();
stdout.Write(Encoding.Latin1.GetBytes(output.ToString()));      // one byte per character, so that one line can be broken UTF-8
return 0;

// A larger shop has more of everything, so that as many orders fail of a hundred.
int Scaled(int count) => (int)Math.Max(1, (long)count * orders / Shipped);

// Broken lines stand in orders of their own, numbered B-..., between the good ones.
void Break(int i, string next, string customer, DateOnly day)
{
    if (i % 130 != 0)
        return;

    var number = $"B-{i / 130:00000}";
    var head = $"order,{number},{day:yyyy-MM-dd},{customer}";
    var good = $"line,{number},SKU-001,1,{prices["SKU-001"]}";
    string[] lines = ((i / 130 - 1) % 20) switch
    {
        0 => [head, good, $"line,{number},SKU-002,1"],
        1 => [head, $"line,{number},SKU-002,three,9.90"],
        2 => [head, good, $"line,{number},SKU-003,-2,9.90"],
        3 => [head, good, $"line,{number},SKU-999,1,9.90"],
        4 => [head, good, $"lien,{number},SKU-004,1,9.90"],
        5 => [$"order,{number},2025-02-30,{customer}", good],
        6 => [$"order,,{day:yyyy-MM-dd},{customer}", good],
        7 => [head, good, $"line,{number},\"SKU-005,1,9.90"],
        8 => [$"order,A-{i - 100:00000},{day:yyyy-MM-dd},{customer}", $"line,A-{i - 100:00000},SKU-001,7,1.00"],
        9 => [head, $"line,{number},SKU-006,1,9.905"],
        10 => [head, $"line,{number},SKU-006,99999999999999999999999999999999,9.90"],
        11 => [head, $"line,{number},SKU-\u0007,1,9.90"],
        12 => [head, good, $"line,{number},SKU-\u00ff\u00fe,1,9.90"],
        13 => [head, good, "line,B-99999,SKU-006,1,9.90"],
        14 => [$"order,{number},{day:yyyy-MM-dd},C9999", good],
        15 => [head],
        16 => [head, $"line,{number},SKU-006,1,\"12,50\""],
        17 => [head, $"line,{number},SKU-006,1.5,9.90"],
        18 => [head, $"line,{number},SKU-006,1,0.00"],
        _ => [head, $"line,{number},,1,9.90"],
    };
    foreach (var line in lines)
        Write(line);
}

List<(string, int, decimal)> Lines()
    => [.. Enumerable.Range(1, Products).OrderBy(_ => random.Next()).Take(random.Next(2, 5))
        .Select(i => (Sku(i), random.Next(1, 5), prices[Sku(i)]))];

void WriteLines(string number, List<(string Sku, int Quantity, decimal Price)> lines)
{
    foreach (var (sku, quantity, price) in lines)
        Write($"line,{number},{sku},{quantity},{price:0.00}");
}

void Write(string line) => output.Append(line).Append('\n');

static string Customer(int i) => $"C{i:0000}";

static string Sku(int i) => $"SKU-{i:000}";
