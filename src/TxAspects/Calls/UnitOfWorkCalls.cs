using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>Makes the call that a propagation asks for.</summary>
internal static class UnitOfWorkCalls
{
    public static UnitOfWorkCall Create(CallRequest request, Attempt attempt, bool isSynchronous)
    {
        var name = request.Name;
        var propagation = request.Options.Propagation;
        var open = Propagations.LooksAround(propagation) ? AmbientUnit.OpenOrNone() : AmbientUnit.Open;
        return Propagations.Decide(propagation, open is not null) switch
        {
            CallPart.Open => new OpeningCall(request.Open(attempt, isSynchronous)),
            CallPart.Join => new JoiningCall(open!, request.Options, name),
            CallPart.Nest => new NestedCall(open!, request.Options, name),
            CallPart.Without => PlainCall.Instance,
            CallPart.RefuseNone => throw NoUnitOfWorkException.ForMethod(name.ToString()),
            _ => throw new UnitOfWorkOpenException(name.ToString(), open!.Name),
        };
    }

    /// <summary>Whether a call is certain to open a unit, whatever else is ambient.</summary>
    public static bool Opens(CallRequest request)
        => (AmbientUnit.IsNone || request.Options.Propagation is Propagation.RequiresNew) &&
           Propagations.Decide(request.Options.Propagation, isOpen: false) is CallPart.Open;
}
