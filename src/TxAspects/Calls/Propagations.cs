namespace TxAspects.Calls;

/// <summary>
/// What a call does by its propagation. The one place that decides it; the paths for calls that complete at once ask here too.
/// </summary>
internal static class Propagations
{
    /// <summary>By the value of the propagation: asked in every call, and the switch below costs a tenth of a joined one.</summary>
    private static readonly bool[] Joining = [.. Enum.GetValues<Propagation>().Select(one => Decide(one, isOpen: true) is CallPart.Join)];

    /// <summary>Whether a call joins where a unit is open.</summary>
    public static bool Joins(Propagation propagation) => (uint)propagation < (uint)Joining.Length && Joining[(int)propagation];

    /// <summary>What a call does.</summary>
    /// <param name="propagation">What it declares.</param>
    /// <param name="isOpen">Whether a unit is open where it is called.</param>
    public static CallPart Decide(Propagation propagation, bool isOpen) => (propagation, isOpen) switch
    {
        (Propagation.Required, true) => CallPart.Join,
        (Propagation.Required, false) => CallPart.Open,
        (Propagation.RequiresNew, _) => CallPart.Open,
        (Propagation.Nested, true) => CallPart.Nest,
        (Propagation.Nested, false) => CallPart.Open,
        (Propagation.Mandatory, true) => CallPart.Join,
        (Propagation.Mandatory, false) => CallPart.RefuseNone,
        (Propagation.Supports, true) => CallPart.Join,
        (Propagation.Supports, false) => CallPart.Without,
        (Propagation.NotSupported, _) => CallPart.Without,
        (Propagation.Never, true) => CallPart.RefuseOpen,
        (Propagation.Never, false) => CallPart.Without,
        (Propagation.Outermost, true) => CallPart.RefuseOpen,
        (Propagation.Outermost, false) => CallPart.Open,
        _ => throw new ArgumentOutOfRangeException(nameof(propagation), propagation, "This propagation does not exist."),
    };

    /// <summary>Whether a call acts on the unit around it, so that one which has ended must not be passed over.</summary>
    public static bool LooksAround(Propagation propagation)
        => propagation is not (Propagation.RequiresNew or Propagation.NotSupported or Propagation.Never);
}
