using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// A classifier with flat boundaries: for two classes x is of the greater one where w x + b is above 0; for more classes each has its own w and b, learned against all the others together, and the greatest
/// w x + b decides. Targets are (n,) whole numbers, of at least two classes.
/// </summary>
public abstract class LinearClassifier : Estimator
{
    private ClassLabels? labels;

    private protected LinearClassifier()
    {
    }

    /// <summary>The weights w, Float64 (1, features) for two classes, else (classes, features).</summary>
    public Tensor? Coef { get; private set; }

    /// <summary>The biases b, Float64 (1,) for two classes, else (classes,).</summary>
    public Tensor? Intercept { get; private set; }

    /// <summary>How many passes over the examples there were; of several classes those of the slowest.</summary>
    public int NIter { get; private set; }

    /// <summary>The classes, ascending, in the type of the targets.</summary>
    public Tensor? Classes => labels?.Classes;

    /// <inheritdoc/>
    public override bool IsClassifier => true;

    /// <summary>w x + b: (examples,) for two classes, above 0 for the greater one; else (examples, classes).</summary>
    /// <param name="x">(examples, features).</param>
    public Tensor DecisionFunction(Tensor x)
    {
        Tensor outputs = Applying(x).MatMul(Coef!.Cast(x.DType), transposeOther: true) + Intercept!.Cast(x.DType);
        return outputs.Shape[1] == 1 ? outputs.Squeeze(1) : outputs;
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor x) => labels!.DecodeSigned(DecisionFunction(x));

    /// <inheritdoc/>
    public override double Score(Tensor x, Tensor y) => Scores.Accuracy(y, Predict(x));

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() =>
        new Dictionary<string, Tensor> { ["coef"] = Coef!, ["intercept"] = Intercept!, ["passes"] = Tensor.From(NIter), ["classes"] = Classes! };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (Coef, Intercept, NIter) = (state["coef"], state["intercept"], state["passes"].ToArray<int>()[0]);
        labels = ClassLabels.From(state["classes"], false);
    }

    /// <summary>Checks examples to learn from.</summary>
    /// <returns>The classes, and 1 where an example is of an output's class, else -1: Float64 (examples, 1) for two classes, else (examples, classes).</returns>
    private protected (ClassLabels Found, Tensor Signs) Starting(Tensor x, Tensor y)
    {
        ClassLabels found = ClassLabels.OfOne(GetType().Name, x, y);
        Examples.RequireSquares(GetType().Name, x.Cast(DType.Float64));
        return (found, (2 * found.Encode(GetType().Name, y)) - 1);
    }

    /// <summary>Replaces what was learned before, at the end: a fit that fails leaves that.</summary>
    private protected void Learned(Tensor x, ClassLabels found, Tensor coef, Tensor intercept, int passes)
    {
        Fitted(x);
        (labels, Coef, Intercept, NIter) = (found, coef, intercept, passes);
    }

    /// <summary>The order of a pass, Int32 (examples,).</summary>
    private protected static int[] Order(int examples, bool isShuffled, RandomKey key)
    {
        int[] order = [.. Enumerable.Range(0, examples)];
        if (isShuffled)
            key.Permute(order);
        return order;
    }
}
