using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>A step that learns to predict targets.</summary>
public abstract class Estimator : Step
{
    /// <summary>Learns from examples. What was learned before is forgotten, unless the class says otherwise.</summary>
    /// <param name="x">(examples, features), Float32 or Float64.</param>
    /// <param name="y">The targets, (examples,) or (examples, outputs).</param>
    /// <param name="cancellation">Ends the training early.</param>
    /// <exception cref="ShapeException">x and y do not fit.</exception>
    /// <exception cref="ArgumentException">The data hold NaN or infinity, or labels that are none.</exception>
    public abstract void Fit(Tensor x, Tensor y, CancellationToken cancellation = default);

    /// <summary>Predicts the targets of examples.</summary>
    /// <param name="x">(examples, features).</param>
    public abstract Tensor Predict(Tensor x);

    /// <summary>How good the predictions are, the greater the better: the accuracy of a classifier, R² of a regressor.</summary>
    /// <param name="x">(examples, features).</param>
    /// <param name="y">Their targets.</param>
    public abstract double Score(Tensor x, Tensor y);

    /// <summary>Whether targets are classes: folds then keep their shares.</summary>
    public virtual bool IsClassifier => false;

    /// <inheritdoc cref="Step.Clone"/>
    public override Estimator Clone() => (Estimator)base.Clone();

    /// <summary>The probability of each class, where the estimator gives one.</summary>
    /// <param name="x">(examples, features).</param>
    /// <returns>(examples, classes), in the order of the classes.</returns>
    /// <exception cref="NotSupportedException">This estimator gives no probabilities.</exception>
    public virtual Tensor PredictProbabilities(Tensor x) => throw new NotSupportedException($"{GetType().Name} gives no probabilities.");
}
