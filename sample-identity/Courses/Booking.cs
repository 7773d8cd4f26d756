namespace SampleIdentity.Courses;

/// <summary>A member's seat in a course.</summary>
public sealed class Booking
{
    public int Id { get; init; }

    public required int CourseId { get; init; }

    public required string MemberId { get; init; }
}
