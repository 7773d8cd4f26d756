namespace SampleConsole.Reading;

/// <summary>Reads a stream line by line, and holds no more of it than the longest line.</summary>
internal sealed class LineReader(Stream stream)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _searched;    // no line ends between the start and here
    private int _end;
    private bool _isOver;

    /// <summary>The line that was read last, without its end.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Goes to the next line; false where there is none.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (length >= 0)
                return Take(_searched + length, next: _searched + length + 1);
            if (_isOver)
                return _start < _end && Take(_end, next: _end);

            _searched = _end;
            await FillAsync(cancellationToken);
        }
    }

    private bool Take(int end, int next)
    {
        Line = _buffer.AsMemory(_start, end - _start);
        _start = _searched = next;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var kept = _end - _start;
        if (kept == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        else
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        (_start, _searched, _end) = (0, kept, kept);

        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        _isOver = count == 0;
    }
}
