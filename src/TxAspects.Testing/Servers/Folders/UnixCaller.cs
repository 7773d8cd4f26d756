using System.Text.RegularExpressions;

namespace TxAspects.Testing.Servers.Folders;

/// <summary>The account of this process, as 'id' tells it.</summary>
/// <param name="User">The number of the user.</param>
/// <param name="OwnGroup">The number of the group that is the user's alone: many systems give every user one of the same name. Else
/// null.</param>
internal sealed partial record UnixCaller(string User, string? OwnGroup)
{
    private const string Root = "0";

    public static UnixCaller Parse(string id)
    {
        var match = Pattern().Match(id);
        return match.Success
            ? new UnixCaller(match.Groups[1].Value, match.Groups[2].Value == match.Groups[4].Value ? match.Groups[3].Value : null)
            : throw new PostgresStartException("The program 'id' did not say who runs this process.", "Look at what it writes.", "");
    }

    /// <summary>Why a folder is not the caller's alone to change; null where it is.</summary>
    /// <param name="entry">A line of <c>ls -ldn</c>.</param>
    /// <param name="mustOwn">Whether it must be the caller's; otherwise root's will do, or a sticky one.</param>
    public string? FindObjection(string entry, bool mustOwn)
    {
        const int GroupWrite = 5;
        const int OthersWrite = 8;
        const int Sticky = 9;
        var columns = entry.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (columns is not [{ Length: > Sticky } mode, _, var user, var group, .., var path])
            return "cannot be examined";

        // Who owns the root of all folders owns the machine. In a container that may be a number without a name.
        if (user != User && (mustOwn || (user != Root && path != "/")))
            return "belongs to another account";
        if (!mustOwn && mode[Sticky] is 't' or 'T')
            return null;
        return mode[OthersWrite] == 'w' || (mode[GroupWrite] == 'w' && group != OwnGroup)
            ? "other accounts can change"
            : null;
    }

    [GeneratedRegex(@"\Auid=(\d+)\(([^)]*)\) gid=(\d+)\(([^)]*)\)")]
    private static partial Regex Pattern();
}
