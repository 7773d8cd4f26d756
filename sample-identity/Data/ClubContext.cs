using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using SampleIdentity.Courses;
using SampleIdentity.Letters;
using SampleIdentity.Members;

namespace SampleIdentity.Data;

/// <summary>The tables of Identity, and the club's own beside them.</summary>
public sealed class ClubContext(DbContextOptions<ClubContext> options) : IdentityDbContext<Member>(options)
{
    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<Course> Courses => Set<Course>();

    public DbSet<Booking> Bookings => Set<Booking>();

    public DbSet<Letter> Letters => Set<Letter>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Membership>().HasKey(membership => membership.MemberId);
        builder.Entity<Membership>().HasOne<Member>().WithOne().HasForeignKey<Membership>(membership => membership.MemberId);
        builder.Entity<Invitation>().HasKey(invitation => invitation.Code);
        builder.Entity<Booking>().HasIndex(booking => new { booking.CourseId, booking.MemberId }).IsUnique();
        builder.Entity<Booking>().HasOne<Course>().WithMany().HasForeignKey(booking => booking.CourseId);
        builder.Entity<Delivery>().HasOne<Letter>().WithMany().HasForeignKey(delivery => delivery.LetterId);
        builder.Entity<IdentityRole>().HasData(
            new IdentityRole("member") { Id = "member", NormalizedName = "MEMBER", ConcurrencyStamp = "member" });
        builder.Entity<Invitation>().HasData(Enumerable.Range(1, 20).Select(number => new Invitation { Code = $"WELCOME-{number}" }));
        builder.Entity<Course>().HasData(
            new Course { Id = 1, Name = "Pottery", StartsOn = new DateOnly(2199, 3, 1), FreeSeats = 10 },
            new Course { Id = 2, Name = "Chess", StartsOn = new DateOnly(2199, 3, 1), FreeSeats = 0 },
            new Course { Id = 3, Name = "Yoga", StartsOn = new DateOnly(2025, 3, 1), FreeSeats = 10 });
    }
}
