namespace SampleIdentity.Courses;

/// <summary>What members can book.</summary>
public sealed class Course
{
    public int Id { get; init; }

    public required string Name { get; init; }

    public DateOnly StartsOn { get; init; }

    public int FreeSeats { get; set; }
}
