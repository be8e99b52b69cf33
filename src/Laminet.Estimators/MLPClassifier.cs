using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// A multilayer perceptron that classifies, with scikit-learn's settings. Targets (n,) of whole numbers are classes; targets (n, labels) of 0 and 1 say which of several labels an example has. Two classes:
/// one logistic output; more: softmax; labels: a logistic output each. Names as classes go through a <see cref="LabelEncoder"/>.
/// </summary>
/// <example><code>
/// var digits = new Pipeline(("scale", new StandardScaler()), ("mlp", new MLPClassifier { HiddenLayerSizes = [50], RandomState = 1 }));
/// digits.Fit(x, y);
/// Console.WriteLine(digits.Score(newX, newY));
/// </code></example>
public sealed class MLPClassifier : MultilayerPerceptron
{
    private ClassLabels? labels;

    /// <summary>The classes, ascending, in the type of the targets; for several labels their numbers.</summary>
    public Tensor? Classes => labels?.Classes;

    /// <inheritdoc/>
    public override bool IsClassifier => true;

    private protected override PerceptronOutput OutputKind => labels!.Output;

    /// <inheritdoc cref="MultilayerPerceptron.PartialFit(Tensor, Tensor, CancellationToken)"/>
    /// <param name="x">(examples, features).</param>
    /// <param name="y">Their targets.</param>
    /// <param name="classes">All classes that will ever come; needed at the first call.</param>
    /// <param name="cancellation">Ends the pass early.</param>
    /// <exception cref="ArgumentException">The classes are others than before, or y has one that is none of them.</exception>
    public void PartialFit(Tensor x, Tensor y, Tensor classes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(classes);
        ClassLabels given = ClassLabels.From(classes, ClassLabels.AreSeveral(y));
        if (labels is not null && !labels.HasSame(given))
            throw new ArgumentException($"{nameof(MLPClassifier)}: received the classes {given}; the first call of PartialFit had {labels}.", nameof(classes));
        // Before it is kept: an unknown class in y leaves the estimator as it was.
        given.Encode(nameof(MLPClassifier), y);
        labels = given;
        PartialFit(x, y, cancellation);
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor x) => Decoded(Applying(x));

    /// <inheritdoc/>
    public override Tensor PredictProbabilities(Tensor x)
    {
        Tensor outputs = Network.Run(Applying(x));
        return labels!.IsMultilabel || labels.Output == PerceptronOutput.Softmax ? outputs : Tensor.Concatenate([1 - outputs, outputs], 1);
    }

    /// <summary>The logarithms of <see cref="PredictProbabilities"/>.</summary>
    /// <param name="x">(examples, features).</param>
    public Tensor PredictLogProbabilities(Tensor x) => PredictProbabilities(x).Log();

    /// <inheritdoc/>
    public override double Score(Tensor x, Tensor y) => Scores.Accuracy(y, Predict(x));

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() =>
        new Dictionary<string, Tensor>(base.GetState()) { ["classes"] = labels!.Classes, ["is_multilabel"] = Tensor.Scalar(labels.IsMultilabel ? 1 : 0) };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        labels = ClassLabels.From(state["classes"], state["is_multilabel"].Item<int>() != 0);
        base.SetState(state);
    }

    private protected override Tensor Encode(Tensor y, bool goesOn, bool isOnePass)
    {
        if (isOnePass)
        {
            if (labels is null)
                throw new ArgumentException($"{nameof(MLPClassifier)}: the first call of PartialFit needs all classes that will ever come. Pass them as classes.", nameof(y));
            return labels.Encode(nameof(MLPClassifier), y);
        }

        ClassLabels found = ClassLabels.Of(nameof(MLPClassifier), y);
        if (goesOn && !labels!.HasSame(found))
        {
            throw new ArgumentException("warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                + $"Previously got {labels}, `y` has {found}", nameof(y));
        }

        labels = found;
        return labels.Encode(nameof(MLPClassifier), y);
    }

    private protected override DataSplit Split(Tensor y, double fraction, ulong key) => ClassLabels.AreSeveral(y)
        ? DataSplit.Shuffled(y.Shape[0], fraction, key)
        : DataSplit.Stratified(y.Cast(DType.Int32).Reshape([-1]), fraction, key);

    private Tensor Decoded(Tensor x) => labels!.Decode(Network.Run(x));
}
