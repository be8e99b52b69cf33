using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>A multilayer perceptron that predicts numbers, one or several an example, with scikit-learn's settings. Trained on half the squared error; the score is R².</summary>
/// <example><code>
/// var model = new MLPRegressor { HiddenLayerSizes = [50, 50], Solver = Solver.Lbfgs, MaxIter = 500 };
/// model.Fit(x, y);
/// Tensor prediction = model.Predict(newX);
/// </code></example>
public sealed class MLPRegressor : MultilayerPerceptron
{
    private bool isVector;

    private protected override PerceptronOutput OutputKind => PerceptronOutput.Identity;

    /// <inheritdoc/>
    public override Tensor Predict(Tensor x)
    {
        Tensor outputs = Network.Run(Applying(x));
        return isVector ? outputs.Reshape([-1]) : outputs;
    }

    /// <inheritdoc/>
    public override double Score(Tensor x, Tensor y) => Scores.R2(y, Predict(x));

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => new Dictionary<string, Tensor>(base.GetState()) { ["is_vector"] = Tensor.Scalar(isVector ? 1 : 0) };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        isVector = state["is_vector"].Item<int>() != 0;
        base.SetState(state);
    }

    private protected override Tensor Encode(Tensor y, bool goesOn, bool isOnePass)
    {
        // As in scikit-learn, one output is given as a vector, however the targets came.
        isVector = y.Rank == 1 || y.Shape[1] == 1;
        return y.Cast(DType.Float64).Reshape([y.Shape[0], -1]);
    }

    private protected override DataSplit Split(Tensor y, double fraction, ulong key) => DataSplit.Shuffled(y.Shape[0], fraction, key);
}
