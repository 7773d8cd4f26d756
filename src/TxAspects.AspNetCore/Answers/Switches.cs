using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TxAspects.AspNetCore.Requests;

namespace TxAspects.AspNetCore.Answers;

/// <summary>
/// The ways in which a request can turn into a connection of another kind, such as a web socket: the unit ends before it does.
/// </summary>
internal readonly struct Switches
{
    private readonly IHttpUpgradeFeature? _upgrade;
    private readonly IHttpExtendedConnectFeature? _connect;
    private readonly IHttpWebSocketFeature? _socket;

    public Switches(RequestUnit unit, IFeatureCollection features)
    {
        if (features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            features.Set<IHttpUpgradeFeature>(new Upgrade(unit, _upgrade = upgrade));
        if (features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            features.Set<IHttpExtendedConnectFeature>(new Connect(unit, _connect = connect));
        if (features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true } socket)
            features.Set<IHttpWebSocketFeature>(new Socket(unit, _socket = socket));
    }

    public void Restore(IFeatureCollection features)
    {
        if (_upgrade is not null)
            features.Set(_upgrade);
        if (_connect is not null)
            features.Set(_connect);
        if (_socket is not null)
            features.Set(_socket);
    }

    private sealed class Upgrade(RequestUnit unit, IHttpUpgradeFeature inner) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync()
        {
            await unit.EndAsync(async: true).ConfigureAwait(false);
            return await inner.UpgradeAsync().ConfigureAwait(false);
        }
    }

    private sealed class Connect(RequestUnit unit, IHttpExtendedConnectFeature inner) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync()
        {
            await unit.EndAsync(async: true).ConfigureAwait(false);
            return await inner.AcceptAsync().ConfigureAwait(false);
        }
    }

    private sealed class Socket(RequestUnit unit, IHttpWebSocketFeature inner) : IHttpWebSocketFeature
    {
        public bool IsWebSocketRequest => inner.IsWebSocketRequest;

        public async Task<WebSocket> AcceptAsync(WebSocketAcceptContext context)
        {
            await unit.EndAsync(async: true).ConfigureAwait(false);
            return await inner.AcceptAsync(context).ConfigureAwait(false);
        }
    }
}
