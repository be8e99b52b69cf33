using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>A step that learns from the columns of data how to change them.</summary>
public abstract class Transformer : Step
{
    /// <summary>Learns from data.</summary>
    /// <param name="x">(examples, features), Float32 or Float64.</param>
    public abstract void Fit(Tensor x);

    /// <summary>Changes data in the way that was learned.</summary>
    /// <param name="x">(examples, features).</param>
    public abstract Tensor Transform(Tensor x);

    /// <summary>Undoes <see cref="Transform"/>.</summary>
    /// <param name="x">(examples, features).</param>
    public abstract Tensor InverseTransform(Tensor x);

    /// <summary>Learns from data and changes it.</summary>
    public Tensor FitTransform(Tensor x)
    {
        Fit(x);
        return Transform(x);
    }
}
