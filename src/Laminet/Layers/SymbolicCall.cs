using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>One use of a layer in a functional model: on which tensors, and which it gives.</summary>
internal sealed class SymbolicCall
{
    /// <summary>The batch that stands for any while shapes are worked out.</summary>
    public const int PlaceholderBatch = 2;

    // Lengths that stand for unknown ones. An axis that has them apart is of unknown length too. They are long enough for many layers that halve
    // an axis, and powers of two so that what is halved and doubled fits again.
    public const int PlaceholderLength = 128;

    private const int OtherLength = 256;

    /// <summary>Whether a length may stand for an unknown one in a pass that works out shapes. A layer with a longest length need not refuse it there.</summary>
    public static bool StandsForAny(int length) => length is PlaceholderLength or OtherLength;

    private SymbolicCall(Layer layer, Bundle<SymbolicTensor> inputs) => (Layer, Inputs, Outputs) = (layer, inputs, []);

    public Layer Layer { get; }

    public Bundle<SymbolicTensor> Inputs { get; }

    public Bundle<SymbolicTensor> Outputs { get; private set; }

    /// <summary>The entry of data.</summary>
    public static SymbolicCall OfInput(Layer layer, PartialShape example, DType dtype)
    {
        SymbolicCall call = new(layer, []);
        call.Outputs = new SymbolicTensor(call, 0, BatchShape.Of(example), dtype);
        return call;
    }

    /// <summary>A layer on other tensors: runs it on shapes alone.</summary>
    /// <exception cref="ShapeException">A shape does not fit, or the layer needs a length that is unknown.</exception>
    public static SymbolicCall Of(Layer layer, Bundle<SymbolicTensor> inputs)
    {
        SymbolicCall call = new(layer, inputs);
        Bundle<TensorSpec> specs = layer.Infer(inputs.Map(input => Filled(input, PlaceholderLength)));
        foreach (TensorSpec spec in specs)
            RequireBatch(layer, spec);
        Bundle<TensorSpec> others = specs;
        if (inputs.Any(input => !input.Example.IsKnown))
        {
            try
            {
                others = layer.Infer(inputs.Map(input => Filled(input, OtherLength)));
            }
            catch (ShapeException exception)
            {
                // Declared for a length that stands for any, they fit none.
                layer.ForgetWeights();
                throw new ShapeException($"Layer {layer.Name ?? layer.GetType().Name} cannot work with an input {string.Join(" and ", inputs)}, which has an unknown length (None): "
                    + $"for lengths {PlaceholderLength} and {OtherLength} it differs. Give the length in Input, or put a layer before that works for every length, such as GlobalAveragePooling1D. "
                    + $"({exception.Message})", exception);
            }
        }

        SymbolicTensor[] outputs = new SymbolicTensor[specs.Count];
        for (int place = 0; place < outputs.Length; place++)
            outputs[place] = new SymbolicTensor(call, place, BatchShape.Of(specs[place].Shape, others[place].Shape), specs[place].DType);
        call.Outputs = Bundle.Named(specs.Names, outputs);
        return call;
    }

    private static TensorSpec Filled(SymbolicTensor input, int length) => new([PlaceholderBatch, .. input.Example.Filled(length)], input.DType);

    private static void RequireBatch(Layer layer, TensorSpec output)
    {
        if (output.Shape.Rank == 0 || output.Shape[0] != PlaceholderBatch)
        {
            throw new ShapeException($"Layer {layer.Name ?? layer.GetType().Name}: its output does not keep the batch as first axis "
                + $"(for a batch of {PlaceholderBatch} it gave {output.Shape}).");
        }
    }
}
