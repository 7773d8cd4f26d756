using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using SampleIdentity;
using SampleIdentity.Courses;
using SampleIdentity.Data;
using SampleIdentity.Letters;
using SampleIdentity.Members;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDbContext<ClubContext>(options => options.UseNpgsql(builder.Configuration.GetConnectionString("club")));
builder.Services.ConvertToTxConnect("club", PostgresConnect.Create<ClubContext>);
builder.AddTxAspects();
builder.Services
    .AddIdentityCore<Member>(options =>
    {
        options.User.RequireUniqueEmail = true;
        options.Lockout.MaxFailedAccessAttempts = 3;
    })
    .AddRoles<IdentityRole>()
    .AddEntityFrameworkStores<ClubContext>()
    .AddSignInManager();
builder.Services.AddAuthentication(IdentityConstants.BearerScheme).AddBearerToken(IdentityConstants.BearerScheme);
builder.Services.AddAuthorization();
builder.Services.AddControllers();
builder.Services.AddProblemDetails();
builder.Services.AddExceptionHandler<RefusalHandler>();
builder.Services.AddScoped(typeof(IRepository<>), typeof(Repository<>));
builder.Services.AddScoped<IMemberService, MemberService>();
builder.Services.AddScoped<ICourseService, CourseService>();
builder.Services.AddScoped<ILetterService, LetterService>();
builder.Services.AddUnitScoped<IPostman, Postman>();
builder.Services.AddHostedService<PostWorker>();

var app = builder.Build();
await using (var scope = app.Services.CreateAsyncScope())
    await scope.ServiceProvider.GetRequiredService<DbConnect<ClubContext>>().MigrateAsync();

app.UseExceptionHandler();
app.UseTxAspects(options => options.CommitWhen = context => context.Response.StatusCode is < 400 or 401);
app.MapControllers();
MembersApi.Map(app);
app.Run();
