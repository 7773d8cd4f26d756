using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace TxAspects.AspNetCore.Tests;

/// <summary>
/// Asks over HTTP/1.1 on a socket of its own, with a reader that believes nothing, or over HTTP/2, and always asks again on the same
/// connection.
/// </summary>
internal sealed partial class WireClient(Uri first, Uri second) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _second = new() { BaseAddress = second, Timeout = Patience };

    public async Task<WireAnswer> AskAsync(string version, string method, string path)
    {
        try
        {
            return version == "1.1" ? await AskFirstAsync(method, path) : await AskSecondAsync(method, path);
        }
        catch (OperationCanceledException)
        {
            return new WireAnswer(null, "", "", "no answer in time", "");
        }
    }

    public void Dispose() => _second.Dispose();

    private async Task<WireAnswer> AskFirstAsync(string method, string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(first.Host, first.Port, patience.Token);
        var stream = client.GetStream();
        var both = $"{method} {path} HTTP/1.1\r\nHost: test\r\n\r\nGET /next HTTP/1.1\r\nHost: test\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(both), patience.Token);
        var reader = new WireReader(stream, patience.Token);
        var (status, headers, body, end) = await reader.ReadAsync(method);
        if (end != WireAnswer.Whole || headers.Contains("Connection: close"))
            return new WireAnswer(status, Normal(headers), Normal(body), end, "");

        var next = await reader.ReadAsync("GET");
        return new WireAnswer(status, Normal(headers), Normal(body), end, $"{next.Status} {Normal(next.Body)} {next.End}");
    }

    private async Task<WireAnswer> AskSecondAsync(string method, string path)
    {
        using var request = Request(new HttpMethod(method), path);
        int? status = null;
        try
        {
            using var response = await _second.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            status = (int)response.StatusCode;
            var body = await response.Content.ReadAsStringAsync();
            var headers = response.Headers.Concat(response.Content.Headers).Concat(response.TrailingHeaders)
                .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
            return new WireAnswer(status, Normal(headers), Normal(body), WireAnswer.Whole, await NextAsync());
        }
        catch (HttpRequestException)
        {
            return new WireAnswer(status, "", "", WireAnswer.CutOff, await NextAsync());
        }
    }

    private async Task<string> NextAsync()
    {
        using var request = Request(HttpMethod.Get, "/next");
        using var response = await _second.SendAsync(request);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    private static HttpRequestMessage Request(HttpMethod method, string path)
        => new(method, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static string Normal(IEnumerable<string> headers)
    {
        var kept = headers.Where(header => !header.StartsWith("Date:", StringComparison.OrdinalIgnoreCase));
        return string.Join(" | ", kept.Order(StringComparer.OrdinalIgnoreCase));
    }

    private static string Normal(string body) => TraceId().Replace(body, "");

    [GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial Regex TraceId();
}
