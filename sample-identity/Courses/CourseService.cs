using Microsoft.EntityFrameworkCore;
using SampleIdentity.Data;
using SampleIdentity.Letters;
using SampleIdentity.Members;

namespace SampleIdentity.Courses;

/// <inheritdoc/>
public sealed class CourseService(
    IRepository<Course> courses, IRepository<Booking> bookings, IRepository<Membership> memberships, ILetterService letters)
    : ICourseService
{
    public async Task BookAsync(int courseId, string memberId)
    {
        var course = await courses.FindAsync(courseId) ?? throw new RefusedException("There is no such course.");
        await bookings.AddAsync(new Booking { CourseId = courseId, MemberId = memberId });
        await letters.WriteAsync(memberId, $"You have a seat in {course.Name}.");
        await TakeCreditAsync(memberId);
        if (course.FreeSeats == 0)
            throw new RefusedException("No seat is left.");

        course.FreeSeats--;
        await courses.UpdateAsync(course);
    }

    public async Task<bool> CancelAsync(int courseId, string memberId)
    {
        var booking = await bookings.Query.SingleOrDefaultAsync(one => one.CourseId == courseId && one.MemberId == memberId);
        if (booking is null)
            return false;

        await bookings.RemoveAsync(booking);
        var course = (await courses.FindAsync(courseId))!;
        course.FreeSeats++;
        await courses.UpdateAsync(course);
        await TakeCreditAsync(memberId, count: -1);
        return course.StartsOn > DateOnly.FromDateTime(DateTime.UtcNow);
    }

    private async Task TakeCreditAsync(string memberId, int count = 1)
    {
        var membership = (await memberships.FindAsync(memberId))!;
        if (membership.Credits < count)
            throw new RefusedException("No credit is left.");

        membership.Credits -= count;
        await memberships.UpdateAsync(membership);
    }
}
