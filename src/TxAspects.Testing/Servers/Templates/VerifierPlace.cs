using System.Text;

namespace TxAspects.Testing.Servers.Templates;

/// <summary>Where in a data directory the superuser's verifier is.</summary>
/// <remarks>
/// The catalog pg_authid keeps a verifier as plain text, and all that <see cref="ServerSecret"/> makes are of one length, so a copy of the
/// template gets its own password by writing one over the other before the server starts. ALTER ROLE would store the same, but takes a
/// connection after every start, and until then the template's password would be good for all servers. The template is made without data
/// checksums, and its log ends with a checkpoint after this page.
/// </remarks>
/// <param name="File">The file, relative to the data directory.</param>
/// <param name="Offset">In bytes.</param>
/// <param name="Verifier">What stands there.</param>
internal sealed record VerifierPlace(string File, int Offset, string Verifier)
{
    /// <summary>Finds it among the tables that all databases share.</summary>
    /// <exception cref="PostgresStartException">It is not there exactly once.</exception>
    public static VerifierPlace Find(string data, string verifier)
    {
        var wanted = Encoding.ASCII.GetBytes(verifier);
        VerifierPlace? found = null;
        foreach (var path in Directory.GetFiles(Path.Combine(data, "global")))
        {
            var content = System.IO.File.ReadAllBytes(path);
            var offset = content.AsSpan().IndexOf(wanted);
            if (offset < 0)
                continue;
            if (found is not null || content.AsSpan(offset + 1).IndexOf(wanted) >= 0)
                throw NotFound();
            found = new VerifierPlace(Path.GetRelativePath(data, path), offset, verifier);
        }

        return found ?? throw NotFound();
    }

    /// <summary>Writes another verifier over it.</summary>
    /// <exception cref="PostgresStartException">Something else stands there.</exception>
    public void Replace(string data, string verifier)
    {
        var (before, after) = (Encoding.ASCII.GetBytes(Verifier), Encoding.ASCII.GetBytes(verifier));
        using var file = new FileStream(Path.Combine(data, File), FileMode.Open, FileAccess.ReadWrite);
        var present = new byte[before.Length];
        file.Position = Offset;
        file.ReadExactly(present);
        if (after.Length != before.Length || !present.AsSpan().SequenceEqual(before))
            throw NotFound();
        file.Position = Offset;
        file.Write(after);
    }

    private static PostgresStartException NotFound() => new(
        "The place of its superuser's password was not found.",
        $"Name another version of PostgreSQL with {nameof(TemporaryPostgresOptions.BinariesFolder)}.", "");
}
