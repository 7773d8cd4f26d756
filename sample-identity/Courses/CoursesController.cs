using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using SampleIdentity.Data;
using SampleIdentity.Members;

namespace SampleIdentity.Courses;

/// <summary>Courses and their seats.</summary>
[ApiController]
[Route("courses")]
public sealed class CoursesController(ClubContext db, ICourseService courses, UserManager<Member> users) : ControllerBase
{
    private string MemberId => users.GetUserId(User)!;

    [HttpGet]
    public Task<List<Course>> ListAsync() => db.Courses.AsNoTracking().OrderBy(course => course.Name).ToListAsync();

    [Authorize]
    [HttpPost("{id}/booking")]
    public async Task<IActionResult> BookAsync(int id)
    {
        await courses.BookAsync(id, MemberId);
        return NoContent();
    }

    [Authorize]
    [HttpDelete("{id}/booking")]
    public async Task<IActionResult> CancelAsync(int id) => await courses.CancelAsync(id, MemberId) ? NoContent() : Conflict();
}
