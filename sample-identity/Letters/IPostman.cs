namespace SampleIdentity.Letters;

/// <summary>Delivers what was written.</summary>
public interface IPostman
{
    /// <summary>Delivers the letters that were not sent yet.</summary>
    [UnitOfWork]
    Task DeliverAsync();
}
