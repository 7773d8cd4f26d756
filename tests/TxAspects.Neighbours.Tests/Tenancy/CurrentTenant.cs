namespace TxAspects.Neighbours.Tests.Tenancy;

/// <summary>For whom the calls of this flow work. Middleware sets it from the user's claims, a worker from its message.</summary>
public sealed class CurrentTenant
{
    private readonly AsyncLocal<string?> _id = new();

    public string? Id
    {
        get => _id.Value;
        set => _id.Value = value;
    }
}
