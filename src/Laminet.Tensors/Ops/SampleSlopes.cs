using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// Inputs: images, coordinates (batch, height, width, 2), numbers for the pixels of the outputs. The gradient of <see cref="SampleImages"/>, bilinear, by its coordinates: for each the sum over the channels of these
/// numbers times the slope of the image there, along x and along y.
/// </summary>
/// <param name="Sampling">How the outputs were read.</param>
public sealed record SampleSlopes(SampleImages Sampling) : Primitive
{
    internal override bool WidensHalves => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[1];

    internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => [Reads.Example, Reads.Example, Reads.Example];

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => inputs[2].Shape.ElementCount * 8.0;

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        CheckedKernels.SampleSlopes(Sampling.FillMode, Sampling.FillValue, arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.OutputTensor);

    // The slope along x is the difference of the image at the next whole x and at the last one, both at y; along y alike. So everything here is samples again.
    /// <inheritdoc/>
    protected override Tensor? Gradient(int input, in GradientArguments arguments)
    {
        (Tensor images, Tensor places, Tensor numbers, Tensor upstream) = (arguments.Inputs[0], arguments.Inputs[1], arguments.Inputs[2], arguments.Upstream);
        (Tensor x, Tensor y) = (places.Slice(0, 1, axis: -1), places.Slice(1, 2, axis: -1));
        (Tensor left, Tensor top) = (x.Detach().Floor(), y.Detach().Floor());
        Tensor along = upstream.Cast(images.DType), ofX = along.Slice(0, 1, axis: -1), ofY = along.Slice(1, 2, axis: -1);
        Tensor[] ends = [At(left + 1, y), At(left, y), At(x, top + 1), At(x, top)];
        if (input == 2)
        {
            Tensor[] read = [.. ends.Select(end => Sampling.Apply(images, end))];
            return (ofX * (read[0] - read[1])) + (ofY * (read[2] - read[3]));
        }

        Tensor[] weights = [ofX * numbers, -(ofX * numbers), ofY * numbers, -(ofY * numbers)];
        if (input == 0)
        {
            SpreadSamples spread = new(images.Shape[1], images.Shape[2], Sampling with { FillValue = 0 });
            return ends.Zip(weights, (end, weight) => spread.Apply(weight, end)).Aggregate((sum, term) => sum + term);
        }

        // The ends of x move with y alone, and those of y with x.
        Tensor[] slopes = [.. ends.Zip(weights, (end, weight) => Apply(images, end, weight))];
        return At((slopes[2] + slopes[3]).Slice(0, 1, axis: -1), (slopes[0] + slopes[1]).Slice(1, 2, axis: -1));

        static Tensor At(Tensor x, Tensor y) => Tensor.Concatenate([x, y], -1);
    }
}

/// <summary>The coordinates that projective transforms (batch, 8) give to the pixels of an output, as operations that have gradients.</summary>
internal static class ProjectiveGrid
{
    /// <summary>The gradient of <see cref="SampleImages"/> by its transforms.</summary>
    public static Tensor Gradient(SampleImages sampling, Tensor images, Tensor transforms, Tensor upstream)
    {
        (int batch, int height, int width) = (transforms.Shape[0], sampling.Height, sampling.Width);
        Tensor[] pixel = Tensor.Meshgrid([Tensor.Range(0, height, transforms.DType), Tensor.Range(0, width, transforms.DType)], false);
        // (height * width, 3): x, y, 1.
        Tensor at = Tensor.Stack([pixel[1], pixel[0], pixel[0].OnesLike()], -1).Reshape(height * width, 3);
        Tensor matrices = Tensor.Concatenate([transforms, Tensor.Ones([batch, 1], transforms.DType)], 1).Reshape(batch, 3, 3);
        Tensor numerators = at.MatMul(matrices, transposeOther: true), k = numerators.Slice(2, 3, axis: -1), places = numerators.Slice(0, 2, axis: -1) / k;
        Tensor slopes = new SampleSlopes(sampling).Apply(images, places.Reshape(batch, height, width, 2), upstream).Reshape(batch, height * width, 2);
        Tensor ofNumerators = Tensor.Concatenate([slopes, -(slopes * places).Sum(-1, keepDims: true)], -1) / k;
        return ofNumerators.MatMul(at, transposeThis: true).Reshape(batch, 9).Slice(0, 8, axis: 1);
    }
}
