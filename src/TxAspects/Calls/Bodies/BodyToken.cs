using TxAspects.Units.Ambient;

namespace TxAspects.Calls.Bodies;

/// <summary>The token for a body, asked for where it runs.</summary>
internal static class BodyToken
{
    /// <summary>True where one token says all; false where the caller's has to be linked with it.</summary>
    public static bool Of(CancellationToken caller, out CancellationToken token)
    {
        var unit = AmbientUnit.Open;
        token = unit?.CancellationToken ?? CancellationToken.None;

        // The unit knows the token of the call that opened it already.
        if (!caller.CanBeCanceled || caller == unit?.Caller)
            return true;
        if (token.CanBeCanceled)
            return false;

        token = caller;
        return true;
    }
}
