namespace SampleConsole.Report;

/// <summary>How far a summary is on its way out.</summary>
public enum PublishingStatus
{
    /// <summary>Nobody has seen it.</summary>
    Draft,

    /// <summary>It may have gone out, or a part of it.</summary>
    Started,

    /// <summary>It went out.</summary>
    Published,
}
