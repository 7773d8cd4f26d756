using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TxAspects.Testing.Servers;

/// <summary>A password that nobody can guess, and the SCRAM verifier by which a server knows it.</summary>
/// <remarks>
/// The verifier is what PostgreSQL itself would store for the password. It does not let anybody log in. All verifiers made here have the
/// same length.
/// </remarks>
internal sealed class ServerSecret
{
    private const int PasswordBytes = 32;
    private const int SaltBytes = 16;

    // Iterations make guessing slow. Nobody guesses 256 random bits, and every connection of a test would pay for them.
    private const int Iterations = 1;

    public ServerSecret()
    {
        Password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));
        Verifier = VerifierOf(Password, RandomNumberGenerator.GetBytes(SaltBytes));
    }

    public string Password { get; }

    /// <summary>As in pg_authid.rolpassword.</summary>
    public string Verifier { get; }

    // RFC 5802, section 3, with SHA-256 as in RFC 7677.
    private static string VerifierOf(string password, byte[] salt)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations.ToString(CultureInfo.InvariantCulture)}:{Text(salt)}${Text(storedKey)}:{Text(serverKey)}";
    }

    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes);
}
