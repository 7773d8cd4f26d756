namespace SampleIdentity.Letters;

/// <summary>Writes letters, which the postman delivers later.</summary>
public interface ILetterService
{
    Task WriteAsync(string memberId, string text);
}
