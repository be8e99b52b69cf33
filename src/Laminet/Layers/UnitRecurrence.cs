using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What <see cref="SimpleRNN"/>, <see cref="LSTM"/> and <see cref="GRU"/> share: the settings of their cell.</summary>
public abstract class UnitRecurrence : RecurrentLayer
{
    /// <inheritdoc cref="RecurrentLayer(RecurrentCell, bool, bool, bool, bool, bool)"/>
    private protected UnitRecurrence(UnitCell cell, bool returnSequences, bool returnState, bool goBackwards, bool stateful, bool zeroOutputForMask)
        : base(cell, returnSequences, returnState, goBackwards, stateful, zeroOutputForMask) => Cell = cell;

    private UnitCell Cell { get; }

    /// <summary>How many numbers come out of a step.</summary>
    public int Units => Cell.Units;

    /// <summary>The function of the candidate and of the output.</summary>
    public ActivationFunction Activation => Cell.Activation;

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias => Cell.UseBias;

    /// <summary>First values of the kernel.</summary>
    public Initializer KernelInitializer => Cell.KernelInitializer;

    /// <summary>First values of the recurrent kernel.</summary>
    public Initializer RecurrentInitializer => Cell.RecurrentInitializer;

    /// <summary>First values of the bias.</summary>
    public Initializer BiasInitializer => Cell.BiasInitializer;

    /// <summary>A penalty on the kernel.</summary>
    public Regularizer? KernelRegularizer => Cell.KernelRegularizer;

    /// <summary>A penalty on the recurrent kernel.</summary>
    public Regularizer? RecurrentRegularizer => Cell.RecurrentRegularizer;

    /// <summary>A penalty on the bias.</summary>
    public Regularizer? BiasRegularizer => Cell.BiasRegularizer;

    /// <summary>A rule that the kernel keeps in training.</summary>
    public Constraint? KernelConstraint => Cell.KernelConstraint;

    /// <summary>A rule that the recurrent kernel keeps in training.</summary>
    public Constraint? RecurrentConstraint => Cell.RecurrentConstraint;

    /// <summary>A rule that the bias keeps in training.</summary>
    public Constraint? BiasConstraint => Cell.BiasConstraint;

    /// <summary>The share of the input that is set to zero in training.</summary>
    public double Dropout => Cell.Dropout;

    /// <summary>The share of the state that the gates do not see in training.</summary>
    public double RecurrentDropout => Cell.RecurrentDropout;

    private protected override void Build(Bundle<TensorSpec> inputs)
    {
        // The cell is a part of this layer that the caller does not see.
        Cell.AdoptDType(DType);
        base.Build(inputs);
    }
}
