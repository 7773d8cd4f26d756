namespace SampleWeb;

/// <summary>Thrown when the program cannot begin with what it was given. The message is for the user.</summary>
public sealed class BadInputException(string message) : Exception(message);
