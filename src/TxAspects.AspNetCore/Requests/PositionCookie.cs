using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TxAspects.AspNetCore.Requests;

/// <summary>The cookie that carries the position of a client's own writes to its later requests.</summary>
/// <remarks>
/// A position makes reads wait for a standby, or go to the primary. So one is believed only if this application has told it, and not longer
/// than a minute ago: the cookie is encrypted and signed, by the application's data protection or, where it has none, by a key that this
/// process makes for itself. Whatever else comes counts as no cookie.
/// </remarks>
internal sealed class PositionCookie
{
    // Standbys are rarely that far behind, and after a failover that lost something the position may never be reached.
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    // What browsers keep of a cookie; a longer one is none of ours.
    private const int LongestText = 4096;

    private readonly string _name;
    private readonly ITimeLimitedDataProtector _protector;
    private readonly ILogger _log;

    public PositionCookie(string name, IServiceProvider services)
    {
        _name = name;
        var provider = services.GetService<IDataProtectionProvider>() ?? new EphemeralDataProtectionProvider();
        _protector = provider.CreateProtector("TxAspects.AspNetCore.PositionCookie", name).ToTimeLimitedDataProtector();
        _log = services.GetService<ILoggerFactory>()?.CreateLogger("TxAspects") ?? NullLogger.Instance;
    }

    /// <summary>The position in a request's cookie; null where there is none, or none that this application has told.</summary>
    public string? Read(HttpRequest request)
    {
        if (request.Cookies[_name] is not { Length: > 0 and <= LongestText } text)
            return null;

        try
        {
            return _protector.Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null; // Made up, too old, or told by a process with another key.
        }
    }

    /// <summary>Tells a position to the client.</summary>
    public void Write(HttpContext context, string position)
    {
        string text;
        try
        {
            text = _protector.Protect(position, Age);
        }
        catch (CryptographicException exception)
        {
            // The unit is committed, so the request must not fail.
            _log.PositionNotTold(exception.GetType().Name);
            return;
        }

        context.Response.Cookies.Append(_name, text, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Age,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
    }
}
