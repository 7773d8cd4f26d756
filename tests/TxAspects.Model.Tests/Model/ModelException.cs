namespace TxAspects.Model.Tests.Model;

/// <summary>What a step of the model throws.</summary>
/// <param name="result">What the caller learns.</param>
/// <param name="isTransient">Whether a repetition may help: a conflict, or a doom by one.</param>
/// <param name="names">Which calls the message must name.</param>
internal sealed class ModelException(string result, bool isTransient = false, IReadOnlyList<string>? names = null) : Exception(result)
{
    public bool IsTransient => isTransient;

    public IReadOnlyList<string> Names => names ?? [];

    public bool IsTolerated { get; init; }
}
