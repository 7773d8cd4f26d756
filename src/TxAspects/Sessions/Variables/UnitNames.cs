using System.Diagnostics;

namespace TxAspects.Sessions.Variables;

/// <summary>The name under which the server shows a unit at work: that of its method, and the id of its trace.</summary>
internal static class UnitNames
{
    /// <summary>Puts them together. Where both do not fit, the end of the name is left out, never a part of the id.</summary>
    /// <remarks>What is not ASCII becomes a question mark: servers replace it as well, some of them with several characters.</remarks>
    public static string For(string name, int maxLength)
    {
        var trace = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : "";
        var room = Math.Max(0, trace.Length == 0 ? maxLength : maxLength - trace.Length - 1);
        var shown = name.Length > room ? name.AsSpan(0, room) : name;
        if (shown.ContainsAnyExceptInRange(' ', '~'))
            shown = string.Create(shown.Length, shown, static (made, given) =>
            {
                for (var index = 0; index < made.Length; index++)
                    made[index] = given[index] is >= ' ' and <= '~' ? given[index] : '?';
            });

        if (trace.Length > 0)
            return $"{shown} {trace}";

        return shown.Length == name.Length && shown.SequenceEqual(name) ? name : shown.ToString();
    }
}
