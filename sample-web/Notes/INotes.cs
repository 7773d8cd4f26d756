using TxAspects;

namespace SampleWeb.Notes;

/// <summary>Remarks that stay, whatever becomes of the unit that makes them: each is a unit of its own.</summary>
[NewContext]
public interface INotes
{
    Task AddAsync(string text);
}
