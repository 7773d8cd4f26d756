namespace TxAspects.Soak;

/// <summary>What is declared on the methods that join a unit or open one.</summary>
public enum Declared
{
    Plain,
    Repeated,
    Limited,
    Tolerant,
    Answering,
    Sequence,
}
