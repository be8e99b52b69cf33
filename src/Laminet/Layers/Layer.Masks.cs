using Laminet.Tensors;

namespace Laminet.Layers;

/// <content>Masks: which steps of sequences count.</content>
public abstract partial class Layer
{
    // Set by ComputeMask for PassMasksOn, its caller on the same thread; other threads may call the layer at the same time.
    [ThreadStatic]
    private static bool saysNothingOfMasks;

    private bool hasWarned;

    /// <summary>
    /// Whether each step of the output is computed from the same step of the input alone, so that the mask is passed on to the next layer. A layer that
    /// receives a mask, returns false here and does not override <see cref="ComputeMask"/> drops the mask and warns once.
    /// </summary>
    protected virtual bool SupportsMasking => false;

    /// <summary>Whether a model keeps track of the layers in it, and the masks with them: then this layer passes none on.</summary>
    private protected virtual bool PassesMasks => true;

    /// <summary>
    /// The mask of the outputs, given the masks of the inputs. By default the mask of the first input is passed on if the layer
    /// <see cref="SupportsMasking"/>. Override it for a layer that creates or changes a mask, or returns null because its output has no steps.
    /// </summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="masks">The mask of each input, Bool of shape (batch, time), or null.</param>
    protected virtual Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        if (SupportsMasking)
            return masks[0];
        saysNothingOfMasks = true;
        return null;
    }

    private void PassMasksOn(Bundle<Tensor> inputs, Bundle<Tensor> outputs, CallContext context)
    {
        if (!PassesMasks)
            return;
        Tensor?[] masks = [.. inputs.Select(context.MaskOf)];
        saysNothingOfMasks = false;
        Tensor? mask = ComputeMask(inputs, masks);
        foreach (Tensor output in outputs)
        {
            // A layer that says nothing of masks leaves the one that a layer within it passed on.
            if (mask is not null || !saysNothingOfMasks)
                context.SetMask(output, mask);
            else if (!hasWarned && !context.IsOfShapes && context.MaskOf(output) is null && Array.Exists(masks, one => one is not null))
                WarnOfDropped(context);
        }
    }

    private void WarnOfDropped(CallContext context)
    {
        hasWarned = true;
        context.Warn($"Layer {Label} receives a mask and drops it: further layers and the loss then count padding like data. Override SupportsMasking or ComputeMask, "
            + "or use the mask up before, for instance by GlobalAveragePooling1D.");
    }
}
