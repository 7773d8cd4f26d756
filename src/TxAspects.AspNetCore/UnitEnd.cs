namespace TxAspects;

/// <summary>When the unit of work of a request ends, where nothing fails before.</summary>
public enum UnitEnd
{
    /// <summary>
    /// Before the first byte of the response is sent, so that a client that sees a success sees what was committed. While a reader is open,
    /// as when rows are streamed, it waits for the first write that finds none open.
    /// </summary>
    FirstByte,

    /// <summary>
    /// When the endpoint is done. For responses that are streamed out of several queries. A commit that fails then can only cut the
    /// response off, and a slow client keeps the connection and its locks.
    /// </summary>
    EndOfResponse,
}
