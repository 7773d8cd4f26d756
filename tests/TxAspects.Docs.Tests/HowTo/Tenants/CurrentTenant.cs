namespace TxAspects.Docs.Tests.HowTo.Tenants;

/// <summary>For whom the calls of this flow work.</summary>
public static class CurrentTenant
{
    private static readonly AsyncLocal<string?> Value = new();

    public static string? Id
    {
        get => Value.Value;
        set => Value.Value = value;
    }
}
