namespace TxAspects.Benchmarks.Calls;

public sealed class UnitCalls : PlainCalls, IUnitCalls;
