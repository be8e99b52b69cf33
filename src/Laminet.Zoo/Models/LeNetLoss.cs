using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// The loss of <see cref="LeNet5.Of1998"/>: y_t + log(e^-j + sum_c e^-y_c) with the squared distances y_c of the features from the picture of each class and the true class t. The distance to the true class falls until
/// it is below j, and the others are pushed away as far as they are near: a cross-entropy with one class more, for what is no character, which lies at the distance j from everything. (LeCun et al., 1998,
/// equation 9.) Predictions (batch, classes), a softmax of minus the distances, labels (batch), losses (batch). Before <c>Model.Load</c> in a new process, call <see cref="ModelCatalog.RegisterLayers"/>.
/// </summary>
/// <param name="j">The constant j. The paper names none.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class LeNetLoss(double j = 1, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null) : Loss(reduction, name ?? "lenet")
{
    private readonly SparseCategoricalCrossentropy crossentropy = new(fromLogits: true, reduction: LossReduction.None);

    static LeNetLoss() => Registry.Register<LeNetLoss>();

    /// <summary>The constant j.</summary>
    public double J { get; } = Setting.Require(j, double.IsFinite(j), "a finite number");

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => crossentropy.TargetsFor(predictions);

    /// <inheritdoc/>
    protected override Tensor Align(Tensor yTrue, Tensor yPred) => yTrue;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The predictions are no softmax.</exception>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor distances = yPred.SoftmaxLogits
            ?? throw new ArgumentException($"{nameof(LeNetLoss)}: received predictions that are no softmax of minus the distances; expected those of a network that ends with {nameof(LeNetOutput)} and Softmax.", nameof(yPred));
        return crossentropy.Call(yTrue, Tensor.Concatenate([distances, Tensor.Full([distances.Shape[0], 1], -J, distances.DType)], axis: -1));
    }
}
