using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A layer that joins several inputs into one output. A step of the output counts where it counts in every input that has a mask. (In Keras it counts where it
/// counts in one of them, and there is no mask if an input has none.)
/// </summary>
public abstract class Merge : Layer
{
    private protected Merge()
    {
    }

    /// <summary>Puts the layer after others in a functional model.</summary>
    public new SymbolicTensor Call(Bundle<SymbolicTensor> inputs) => base.Call(inputs).Only;

    /// <summary>Runs the layer on numbers.</summary>
    public new Tensor Call(Bundle<Tensor> inputs, bool training = false) => base.Call(inputs, training).Only;

    /// <summary>Runs the layer as a part of a pass.</summary>
    public new Tensor Call(Bundle<Tensor> inputs, CallContext context) => base.Call(inputs, context).Only;

    /// <inheritdoc/>
    protected sealed override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context) => Join(inputs);

    /// <summary>Joins the inputs.</summary>
    private protected abstract Tensor Join(Bundle<Tensor> inputs);

    /// <inheritdoc/>
    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        // A step counts where it counts in every input that has a mask.
        Tensor? all = null;
        foreach (Tensor? mask in masks)
            all = mask is null ? all : all?.And(mask) ?? mask;
        return all;
    }
}
