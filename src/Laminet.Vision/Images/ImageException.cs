namespace Laminet.Vision.Images;

/// <summary>An image cannot be read: the file is damaged, truncated, too large, no image, or not there. The message names the file, says what is wrong and how to mend it.</summary>
public sealed class ImageException : Exception
{
    /// <summary>Creates the exception with its message and what caused it.</summary>
    public ImageException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception with its message.</summary>
    public ImageException(string message) : base(message) { }

    /// <summary>Creates the exception with a general message.</summary>
    public ImageException() : base("An image cannot be read.") { }
}
