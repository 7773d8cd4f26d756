using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Data protection whose keys cannot be had.</summary>
internal sealed class FailingDataProtection : IDataProtectionProvider, IDataProtector
{
    public IDataProtector CreateProtector(string purpose) => this;

    public byte[] Protect(byte[] plaintext) => throw new CryptographicException("no keys at /secret/path");

    public byte[] Unprotect(byte[] protectedData) => throw new CryptographicException("no keys at /secret/path");
}
