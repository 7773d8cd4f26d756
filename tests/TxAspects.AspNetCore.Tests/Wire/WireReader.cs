using System.Globalization;
using System.Text;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Reads answers of HTTP/1.1 by their framing, and tells where that is not valid.</summary>
internal sealed class WireReader(Stream stream, CancellationToken cancellationToken)
{
    private readonly byte[] _buffer = new byte[65536];
    private int _from;
    private int _to;

    public async Task<(int? Status, IReadOnlyList<string> Headers, string Body, string End)> ReadAsync(string method)
    {
        int? status = null;
        List<string> headers = [];
        var body = new StringBuilder();
        try
        {
            var first = await ReadLineAsync();
            if (!first.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
                return (null, headers, first, "no answer where one must begin");

            status = int.Parse(first.AsSpan(9, 3), CultureInfo.InvariantCulture);
            while (await ReadLineAsync() is { Length: > 0 } header)
                headers.Add(header);
            var end = await ReadBodyAsync(method, status.Value, headers, body) ? WireAnswer.Whole : "badly framed";
            return (status, headers, body.ToString(), end);
        }
        catch (Exception exception) when (exception is IOException or EndOfStreamException)
        {
            return (status, headers, body.ToString(), WireAnswer.CutOff);
        }
    }

    private async Task<bool> ReadBodyAsync(string method, int status, List<string> headers, StringBuilder body)
    {
        var length = headers.Where(header => header.StartsWith("Content-Length: ", StringComparison.Ordinal)).ToArray();
        var isChunked = headers.Contains("Transfer-Encoding: chunked");
        if (length.Length > 1 || (length.Length == 1 && isChunked))
            return false;
        if (method == "HEAD" || status is 204 or 304)
            return !(status is 204 && (isChunked || length.Length > 0));
        if (length is [var one])
            await ReadAsync(int.Parse(one.AsSpan("Content-Length: ".Length), CultureInfo.InvariantCulture), body);
        else if (isChunked)
            return await ReadChunksAsync(body);
        else
            await ReadToEndAsync(body);
        return true;
    }

    private async Task<bool> ReadChunksAsync(StringBuilder body)
    {
        while (true)
        {
            if (!int.TryParse(await ReadLineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var length))
                return false;

            await ReadAsync(length, body);
            if (await ReadLineAsync() is not "")
                return false;
            if (length == 0)
                return true;
        }
    }

    private async Task ReadAsync(int count, StringBuilder body)
    {
        for (; count > 0; count--)
            body.Append((char)await ReadByteAsync());
    }

    private async Task ReadToEndAsync(StringBuilder body)
    {
        while (await FillAsync())
            body.Append((char)_buffer[_from++]);
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (await ReadByteAsync() is var one && one != '\n')
            line.Append((char)one);
        return line.ToString().TrimEnd('\r');
    }

    private async ValueTask<byte> ReadByteAsync() => await FillAsync() ? _buffer[_from++] : throw new EndOfStreamException();

    private async ValueTask<bool> FillAsync()
    {
        if (_from < _to)
            return true;

        (_from, _to) = (0, await stream.ReadAsync(_buffer, cancellationToken));
        return _to > 0;
    }
}
