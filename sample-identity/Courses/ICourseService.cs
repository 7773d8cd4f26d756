namespace SampleIdentity.Courses;

/// <summary>Books courses.</summary>
public interface ICourseService
{
    /// <summary>Takes a seat for a member, and a credit from him.</summary>
    /// <exception cref="RefusedException">There is no such course, no credit is left, or no seat.</exception>
    Task BookAsync(int courseId, string memberId);

    /// <summary>Gives the seat and the credit back.</summary>
    /// <returns>False where there is no such booking, or the course has begun.</returns>
    Task<bool> CancelAsync(int courseId, string memberId);
}
