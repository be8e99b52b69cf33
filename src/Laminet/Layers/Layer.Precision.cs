using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <content>The element types of weights and of what layers give.</content>
public abstract partial class Layer
{
    private readonly DType? policy = DTypePolicy.ComputeDType;
    private DType dtype = DType.Float32;
    private DType? computeDType;
    private bool hasOwnDType;

    /// <summary>The element type of the weights and, unless <see cref="ComputeDType"/> says otherwise, of what the layer gives.</summary>
    public DType DType
    {
        get => dtype;
        init => (dtype, hasOwnDType) = (value, true);
    }

    /// <summary>
    /// The element type of what the layer gives: <see cref="DType"/>, or that of the <see cref="DTypePolicy"/> when the layer was made. With BFloat16 (mixed precision) the activations that a training step keeps take half the
    /// memory. The weights keep their type. A layer with weights widens its inputs to the weights' type, computes, and rounds its result once; a layer without weights computes on the rounded numbers. A model gives numbers of its own
    /// type again. The layers of containers (<see cref="Checkpointed"/>, <see cref="TimeDistributed"/>, models) have types of their own, and cells of recurrent layers do not round their states.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is not a floating-point type, or the layer is a container or a cell.</exception>
    public DType ComputeDType
    {
        get => KeepsTypes ? dtype : computeDType ?? (hasOwnDType ? dtype : policy ?? dtype);
        init => computeDType = Setting.Require(value, value.IsFloat() && (value == dtype || !KeepsTypes), KeepsTypes ? $"{dtype}: a {GetType().Name} rounds nothing itself; set the type of the layers inside" : "a floating-point type");
    }

    /// <summary>Whether inputs and outputs are left as they are: the layers inside convert theirs, or the layer around does.</summary>
    private protected virtual bool KeepsTypes => false;

    /// <summary>Whether the layer, or one inside, gives other types than its weights have.</summary>
    internal bool IsMixed => ComputeDType != dtype || Sublayers.Any(layer => layer.IsMixed);

    /// <summary>Takes the element types of the layer that made this one for itself.</summary>
    internal void AdoptTypes(Layer maker) => (dtype, hasOwnDType, computeDType) = (maker.dtype, true, KeepsTypes ? null : maker.ComputeDType);

    // A file says the types; a policy of today does not change them.
    private void ReadTypes(JsonObject config)
    {
        (dtype, hasOwnDType) = (config.Get("dtype", DType.Float32), true);
        computeDType = config["compute_dtype"] is null ? null : config.Get("compute_dtype", dtype);
        if (computeDType is { } type && !type.IsFloat())
            throw new FormatException($"Layer {Label}: received compute_dtype {type}; expected a floating-point type.");
    }

    private Bundle<TensorSpec> WidenedSpecs(Bundle<TensorSpec> inputs) =>
        KeepsTypes || IsHalf(dtype) ? inputs : inputs.Map(input => IsHalf(input.DType) ? input with { DType = dtype } : input);

    private Bundle<Tensor> Widened(Bundle<Tensor> inputs, CallContext context) =>
        KeepsTypes || IsHalf(dtype) || (weights.Count == 0 && Sublayers.Count == 0) ? inputs : Converted(inputs, IsHalf, dtype, context);

    /// <summary>The outputs as they leave the layer.</summary>
    private protected virtual Bundle<Tensor> Rounded(Bundle<Tensor> outputs, CallContext context) =>
        ComputeDType is var type && type == dtype ? outputs : Converted(outputs, given => given == dtype, type, context);

    /// <summary>The tensors, halves among them in the layer's own type.</summary>
    private protected Bundle<Tensor> WithoutHalves(Bundle<Tensor> tensors, CallContext context) => Converted(tensors, IsHalf, dtype, context);

    // A mask belongs to a tensor, not to its numbers.
    private static Bundle<Tensor> Converted(Bundle<Tensor> tensors, Predicate<DType> converts, DType type, CallContext context)
    {
        if (!tensors.Any(tensor => converts(tensor.DType)))
            return tensors;
        return tensors.Map(tensor =>
        {
            if (!converts(tensor.DType))
                return tensor;
            Tensor converted = tensor.Cast(type);
            context.SetMask(converted, context.MaskOf(tensor));
            return converted;
        });
    }

    private static bool IsHalf(DType type) => type is DType.Float16 or DType.BFloat16;
}
