namespace Laminet.Data;

/// <summary>An element of a dataset could not be made. The message says which one; the cause is the inner exception.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Creates the exception with its message and what caused it.</summary>
    public DatasetException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception with its message.</summary>
    public DatasetException(string message) : base(message) { }

    /// <summary>Creates the exception with a general message.</summary>
    public DatasetException() : base("An element of a dataset could not be made.") { }
}
