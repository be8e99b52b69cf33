namespace Laminet.Tensors;

/// <summary>Thrown when shapes do not fit an operation. The message says what was received, what was expected and how to fix it.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    public ShapeException(string message) : base(message) { }

    /// <summary>Creates the exception with its message and what caused it.</summary>
    public ShapeException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception with a general message.</summary>
    public ShapeException() : base("Shapes do not fit.") { }
}

/// <summary>Thrown when element types do not fit an operation. The message says what was received and how to fix it.</summary>
public sealed class DTypeException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    public DTypeException(string message) : base(message) { }

    /// <summary>Creates the exception with its message and what caused it.</summary>
    public DTypeException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception with a general message.</summary>
    public DTypeException() : base("Element types do not fit.") { }
}

/// <summary>
/// Thrown when a matrix has no such factor or inverse: it is singular, not positive definite, or holds a number that is not finite. NumPy: <c>LinAlgError</c>.
/// </summary>
public sealed class LinearAlgebraException : ArithmeticException
{
    /// <summary>Creates the exception with its message.</summary>
    public LinearAlgebraException(string message) : base(message) { }

    /// <summary>Creates the exception with its message and what caused it.</summary>
    public LinearAlgebraException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception with a general message.</summary>
    public LinearAlgebraException() : base("A matrix has no such factor or inverse.") { }
}
