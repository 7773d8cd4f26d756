using System.Globalization;
using Microsoft.AspNetCore.Http;
using TxAspects.Dashboard.Recording;

namespace TxAspects.Dashboard.Serving;

/// <summary>Which units the list shows, as its address says. A part that says nothing lets all through.</summary>
internal sealed class UnitFilter(IQueryCollection query)
{
    private readonly string _method = query["method"].ToString().Trim();
    private readonly string _outcome = query["outcome"].ToString().Trim();
    private readonly string _connect = query["connect"].ToString().Trim();
    private readonly string _request = query["request"].ToString().Trim();
    private readonly TimeSpan _least = ReadMilliseconds(query["ms"].ToString());

    public bool Matches(UnitRecord unit)
        => unit.End is { } end && Has(unit.Name, _method) && end.Duration >= _least && MatchesOutcome(end) &&
           (_connect.Length == 0 || end.Connects.Any(connect => Has(connect, _connect))) && MatchesRequest(unit.Request);

    private bool MatchesOutcome(UnitEndRecord end)
        => _outcome.Length == 0 || string.Equals(end.Verdict.ToString(), _outcome, StringComparison.OrdinalIgnoreCase);

    private bool MatchesRequest(RequestPlace request)
        => _request.Length == 0 || request.TraceId == _request || (request.Route is { } route && Has(route, _request));

    private static bool Has(string text, string part) => part.Length == 0 || text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static TimeSpan ReadMilliseconds(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is > 0 and < 1e9
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.Zero;
}
