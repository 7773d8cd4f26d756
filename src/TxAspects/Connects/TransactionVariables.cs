using TxAspects.Sessions.Variables;

namespace TxAspects;

/// <summary>
/// The values that a connect sets at the beginning of each of its transactions, and that end with it; see
/// <see cref="ConnectSettings{TContext}.Variables"/>.
/// </summary>
public sealed class TransactionVariables
{
    private readonly List<Variable> _variables = [];

    internal TransactionVariables()
    {
    }

    internal Variable[] All => [.. _variables];

    /// <summary>Sets a variable of the server, such as <c>app.tenant</c>, which policies read with <c>current_setting</c>.</summary>
    /// <param name="name">Its name: words of letters, digits and underscores, with dots between them.</param>
    /// <param name="value">
    /// Finds the value, once per transaction and in the flow that begins it, before anything is sent. One that returns null fails with a
    /// <see cref="TransactionVariableException"/>; what it throws reaches the caller. Nothing is sent then.
    /// </param>
    /// <returns>The same, for more.</returns>
    /// <exception cref="ArgumentException">The name is empty. Which other names a database takes, the connect checks when it is
    /// made.</exception>
    /// <exception cref="ArgumentNullException">There is no delegate.</exception>
    public TransactionVariables Set(string name, Func<string?> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        _variables.Add(new Variable(name, value));
        return this;
    }
}
