using System.Security.Claims;
using Microsoft.AspNetCore.Identity;

namespace SampleIdentity.Members;

/// <summary>Registration, tokens, and what a member has.</summary>
internal static class MembersApi
{
    public static void Map(WebApplication app)
    {
        app.MapPost("/members", RegisterAsync);
        app.MapPost("/login", LoginAsync);
        app.MapGet("/members/me", MeAsync).RequireAuthorization();
    }

    private static async Task<IResult> RegisterAsync(Registration registration, IMemberService members)
    {
        var result = await members.RegisterAsync(registration);
        return result.Succeeded
            ? Results.Created("/members/me", null)
            : Results.ValidationProblem(result.Errors.ToDictionary(error => error.Code, error => new[] { error.Description }));
    }

    private static async Task<IResult> LoginAsync(Login login, UserManager<Member> users, SignInManager<Member> signIn)
    {
        if (await users.FindByEmailAsync(login.Email) is not { } member)
            return Results.Unauthorized();

        // Counts failures, and locks the account after the third.
        var result = await signIn.CheckPasswordSignInAsync(member, login.Password, lockoutOnFailure: true);
        return result.Succeeded
            ? Results.SignIn(await signIn.CreateUserPrincipalAsync(member), authenticationScheme: IdentityConstants.BearerScheme)
            : Results.Unauthorized();
    }

    private static async Task<IResult> MeAsync(ClaimsPrincipal user, UserManager<Member> users, IMemberService members)
        => await members.FindAsync(users.GetUserId(user)!) is { } membership ? Results.Ok(membership) : Results.NotFound();
}
