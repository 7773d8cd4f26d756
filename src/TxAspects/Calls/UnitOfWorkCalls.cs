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
            _ => throw new UnitOfWorkOpenException(name.ToString(), open!.Name, propagation),
        };
    }

    /// <summary>Whether a call is certain to open a unit, whatever else is ambient, and nobody else's code runs before its body.</summary>
    public static bool Opens(CallRequest request)
        => request.ProcessOptions.OnOpened is null &&
           (AmbientUnit.IsNone || request.Options.Propagation is Propagation.RequiresNew) &&
           Propagations.Decide(request.Options.Propagation, isOpen: false) is CallPart.Open;
}
