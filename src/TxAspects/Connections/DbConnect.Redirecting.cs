using Microsoft.EntityFrameworkCore;
using TxAspects.Connections;

namespace TxAspects;

/// <content>Sessions that go elsewhere for a while.</content>
public sealed partial class DbConnect<TContext>
{
    private Redirected[] _redirected = [];    // the latest first; protected by _gate

    /// <inheritdoc/>
    public override IDisposable Redirect(SessionRedirection redirection)
    {
        ArgumentNullException.ThrowIfNull(redirection);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var own = redirection.CreateEngine();
            var engine = new Engine<TContext>(_options, own ?? FindEngine().Source, ownsSource: own is not null, redirection);
            var redirected = new Redirected(this, redirection, engine);
            _redirected = [redirected, .. _redirected];
            return redirected;
        }
    }

    internal override void Attaching(DbContext context)
    {
        lock (_gate)
            FindRedirected()?.Redirection.Attaching(context);
    }

    private Redirected? FindRedirected() => Array.Find(_redirected, redirected => redirected.Redirection.AppliesHere);

    /// <summary>The engine for the session that is asked for here; for who holds the gate.</summary>
    private Engine<TContext> FindEngine()
        => FindRedirected()?.Engine
            ?? (_engine ??= new Engine<TContext>(_options, _host ?? throw new HostNotSetException(Name)));

    private sealed record Redirected(DbConnect<TContext> Connect, SessionRedirection Redirection, Engine<TContext> Engine) : IDisposable
    {
        public void Dispose()
        {
            lock (Connect._gate)
            {
                if (!Connect._redirected.Contains(this))
                    return;

                Connect._redirected = Array.FindAll(Connect._redirected, other => other != this);
            }

            Engine.ReleaseAsync(async: false).Completed();
        }
    }
}
