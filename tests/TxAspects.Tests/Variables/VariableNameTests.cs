using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What a connect may set is checked when it is made.</summary>
[TestClass]
public sealed class VariableNameTests
{
    private const string Server = "Host=127.0.0.1;Database=shop";

    [TestMethod]
    [DataRow("app.tenant")]
    [DataRow("app.user_id")]
    [DataRow("role")]
    [DataRow("My.App.v2")]
    [DataRow("_a._b")]
    public void Name_is_taken(string name) => Make(variables => variables.Set(name, () => "")).Dispose();

    [TestMethod]
    [DataRow(" ")]
    [DataRow("app tenant")]
    [DataRow("app.")]
    [DataRow(".tenant")]
    [DataRow("app..tenant")]
    [DataRow("1app.tenant")]
    [DataRow("app.tenant'; DROP TABLE orders; --")]
    [DataRow("app.\"tenant\"")]
    [DataRow("app.größe")]
    [DataRow("transaction_isolation")]
    [DataRow("Transaction_Read_Only")]
    [DataRow("a12345678901234567890123456789012345678901234567890123456789.abcd")]
    public void Name_is_refused(string name)
    {
        var refusal = Assert.ThrowsExactly<ArgumentException>(() => Make(variables => variables.Set(name, () => "")));

        Assert.Contains($"'{name}'", refusal.Message);
    }

    [TestMethod]
    public void Name_must_be_there() => Assert.ThrowsExactly<ArgumentException>(() => Make(variables => variables.Set("", () => "")));

    [TestMethod]
    public void Variable_is_set_once()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Make(variables => variables.Set("app.a", () => "").Set("App.A", () => "")));
        Assert.ThrowsExactly<ArgumentException>(() => PostgresConnect.Create<ShopContext>(Server, new()
        {
            UnitNameOnServer = true,
            Variables = variables => variables.Set("application_name", () => ""),
        }));
    }

    [TestMethod]
    public void Grace_needs_a_deadline()
        => Assert.ThrowsExactly<ArgumentException>(
            () => PostgresConnect.Create<ShopContext>(Server, new() { TransactionTimeoutGrace = TimeSpan.Zero }));

    [TestMethod]
    public void Grace_is_not_negative()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new PostgresConnectOptions<ShopContext> { TransactionTimeoutGrace = TimeSpan.FromSeconds(-1) });

    private static DbConnect<ShopContext> Make(Action<TransactionVariables> variables)
        => PostgresConnect.Create<ShopContext>(Server, new() { Variables = variables });
}
