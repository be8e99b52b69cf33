namespace Laminet.Tensors;

/// <summary>Which norm of a matrix.</summary>
public enum MatrixNormKind
{
    /// <summary>sqrt(sum a²). NumPy: <c>'fro'</c>.</summary>
    Frobenius,

    /// <summary>The sum of the singular values. NumPy: <c>'nuc'</c>.</summary>
    Nuclear,

    /// <summary>The largest singular value. NumPy: 2.</summary>
    Spectral,

    /// <summary>The smallest singular value. NumPy: -2.</summary>
    LeastSingular,

    /// <summary>The largest sum of magnitudes of a column. NumPy: 1.</summary>
    LargestColumn,

    /// <summary>The smallest sum of magnitudes of a column. NumPy: -1.</summary>
    SmallestColumn,

    /// <summary>The largest sum of magnitudes of a row. NumPy: infinity.</summary>
    LargestRow,

    /// <summary>The smallest sum of magnitudes of a row. NumPy: minus infinity.</summary>
    SmallestRow,
}
