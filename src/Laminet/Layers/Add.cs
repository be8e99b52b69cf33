using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The sum of several inputs of one shape: the skip connection of residual networks.</summary>
public sealed class Add : Merge
{
    private protected override Tensor Join(Bundle<Tensor> inputs)
    {
        Tensor sum = inputs[0];
        foreach (Tensor input in inputs.Skip(1))
        {
            if (input.Shape != sum.Shape)
                throw new ShapeException($"received inputs of shapes {string.Join(" and ", inputs.Select(one => one.Shape))}; they must be equal. Match them with a Conv2D of kernel size 1 or a Reshape.");
            sum += input;
        }

        return sum;
    }
}
