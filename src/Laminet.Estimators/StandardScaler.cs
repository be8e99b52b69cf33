using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// Brings each column to mean 0 and standard deviation 1: (x - mean) / deviation, with the deviation of all examples (divided by n). A constant column keeps its scale.
/// scikit-learn's <c>StandardScaler</c>.
/// </summary>
public sealed class StandardScaler : Transformer
{
    /// <summary>Whether the mean is subtracted; true by default.</summary>
    public bool WithMean { get; set; } = true;

    /// <summary>Whether columns are divided by their deviation; true by default.</summary>
    public bool WithStd { get; set; } = true;

    /// <summary>The mean of each column, Float64.</summary>
    public Tensor? Mean { get; private set; }

    /// <summary>What each column is divided by, Float64.</summary>
    public Tensor? Scale { get; private set; }

    /// <inheritdoc/>
    public override void Fit(Tensor x)
    {
        Tensor numbers = Fitting(x).Cast(DType.Float64);
        Mean = numbers.Mean(0);
        Scale = Examples.NoZeros((numbers - Mean).Square().Mean(0).Sqrt(), Mean.Abs() * 1e-14);
    }

    /// <inheritdoc/>
    public override Tensor Transform(Tensor x)
    {
        Tensor result = Applying(x).Cast(DType.Float64);
        result = WithMean ? result - Mean! : result;
        return (WithStd ? result / Scale! : result).Cast(x.DType);
    }

    /// <inheritdoc/>
    public override Tensor InverseTransform(Tensor x)
    {
        Tensor result = Applying(x).Cast(DType.Float64);
        result = WithStd ? result * Scale! : result;
        return (WithMean ? result + Mean! : result).Cast(x.DType);
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => new Dictionary<string, Tensor> { ["mean"] = Mean!, ["scale"] = Scale! };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state) => (Mean, Scale) = (state["mean"], state["scale"]);
}
