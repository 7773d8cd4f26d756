using System.Security.Cryptography;
using System.Text;

namespace TxAspects.Tests;

/// <summary>The names of prepared transactions, as anybody can work them out.</summary>
internal static class TwoPhaseNames
{
    /// <summary>What a name says about the database that decides.</summary>
    public static Task<string> DecidedInAsync(TestDatabase database, string connect)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(connect)).AsSpan(0, 8));
        return database.ScalarAsync<string>(
            $"SELECT concat_ws('.', '{hash}', (SELECT system_identifier FROM pg_control_system()), " +
            "(SELECT oid FROM pg_database WHERE datname = current_database()), 'txaspects_decisions'::regclass::oid)");
    }
}
