namespace TxAspects.Interception.Kinds;

/// <summary>How a method of one return type is run as a call. Stateless, and found once per method.</summary>
internal abstract class ReturnKind
{
    public abstract void Intercept(in InterceptedCall call);
}
