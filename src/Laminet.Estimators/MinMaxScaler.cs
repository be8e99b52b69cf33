using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>Brings each column to a range: x scale + shift, so that the least number of a column becomes <see cref="Low"/> and the greatest <see cref="High"/>. scikit-learn's <c>MinMaxScaler</c>.</summary>
public sealed class MinMaxScaler : Transformer
{
    /// <summary>The lower end of the range; 0 by default.</summary>
    public double Low { get; set; }

    /// <summary>The upper end of the range; 1 by default.</summary>
    public double High { get; set; } = 1;

    /// <summary>Whether numbers beyond those of the fitted data are held to the range.</summary>
    public bool Clip { get; set; }

    /// <summary>What each column is multiplied by, Float64.</summary>
    public Tensor? Scale { get; private set; }

    /// <summary>What is added then, Float64.</summary>
    public Tensor? Shift { get; private set; }

    /// <inheritdoc/>
    public override void Fit(Tensor x)
    {
        Setting.Require(High, High > Low, "a number above Low", nameof(High));
        Tensor numbers = Fitting(x).Cast(DType.Float64);
        Tensor least = numbers.Min(0), range = numbers.Max(0) - least;
        Scale = (High - Low) / Examples.NoZeros(range, Tensor.Scalar(0.0));
        Shift = Low - (least * Scale);
    }

    /// <inheritdoc/>
    public override Tensor Transform(Tensor x)
    {
        Tensor result = (Applying(x).Cast(DType.Float64) * Scale!) + Shift!;
        return (Clip ? result.Clip(Low, High) : result).Cast(x.DType);
    }

    /// <inheritdoc/>
    public override Tensor InverseTransform(Tensor x) => ((Applying(x).Cast(DType.Float64) - Shift!) / Scale!).Cast(x.DType);

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => new Dictionary<string, Tensor> { ["scale"] = Scale!, ["shift"] = Shift! };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state) => (Scale, Shift) = (state["scale"], state["shift"]);
}
