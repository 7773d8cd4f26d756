namespace TxAspects.Soak;

public enum CallKind
{
    Opened,
    Joined,
    Nested,
    Without,
}
