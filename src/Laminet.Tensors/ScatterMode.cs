namespace Laminet.Tensors;

/// <summary>What becomes of a number at whose position a value is written.</summary>
public enum ScatterMode
{
    /// <summary>The value; of several the last.</summary>
    Assign,

    /// <summary>The sum of both.</summary>
    Add,

    /// <summary>The product of both.</summary>
    Multiply,

    /// <summary>The smaller.</summary>
    Minimum,

    /// <summary>The larger.</summary>
    Maximum,
}
