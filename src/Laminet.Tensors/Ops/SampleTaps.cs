using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// Inputs: images (batch, height, width, channels) or volumes (batch, depth, height, width, channels); coordinates (batch, ..., axes), x first, Float64 for images of Float64 and Float32 for others. A slope along an axis is a
/// sample with the derivative of the weights, so all gradients are this operation and its transpose again.
/// </summary>
/// <param name="Interpolation">Nearest, bilinear (linear in all axes) or bicubic (cubic in all axes, with a = -3/4).</param>
/// <param name="FillMode">What lies beyond the edges.</param>
/// <param name="FillValue">The number there, for a constant.</param>
/// <param name="Orders">How often the weights are differentiated along x, y and z.</param>
public sealed record SampleTaps(Interpolation Interpolation, FillMode FillMode, double FillValue, (int X, int Y, int Z) Orders) : Primitive
{
    internal override bool WidensHalves => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        (TensorSpec images, TensorSpec places) = (inputs[0], inputs[1]);
        if (Interpolation is not (Interpolation.Nearest or Interpolation.Bilinear or Interpolation.Bicubic))
            throw new ArgumentOutOfRangeException(nameof(inputs), $"{Name}: received the interpolation {Interpolation}; expected Nearest, Bilinear or Bicubic.");
        if (Interpolation != Interpolation.Nearest)
            Check.Float(Name, images);
        if (images.Shape.Rank is not (4 or 5) || places.Shape.Rank != images.Shape.Rank || places.Shape[0] != images.Shape[0] || places.Shape[-1] != images.Shape.Rank - 2)
            throw new ShapeException($"{Name}: received coordinates of shape {places.Shape} for an input of shape {images.Shape}; expected images and (batch, height, width, 2), or volumes and (batch, depth, height, width, 3).");
        if (images.Shape.CountOf(1..^1) == 0)
            throw new ShapeException($"{Name}: received an input of shape {images.Shape}; there are no pixels to read.");
        if (places.DType != SampleImages.PlacesFor(images.DType))
            throw new DTypeException($"{Name}: received coordinates of {places} for images of {images}; expected {SampleImages.PlacesFor(images.DType)}. Cast them.");
        return new(places.Shape.With(places.Shape.Rank - 1, images.Shape[-1]), images.DType);
    }

    internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => [Reads.Example, Reads.Example];

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => output.Shape.ElementCount * WorkOfOne(output.Shape.Rank - 2);

    internal double WorkOfOne(int axes) => Math.Pow(Interpolation switch { Interpolation.Nearest => 1, Interpolation.Bilinear => 2, _ => 4 }, axes) * 2;

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        CheckedKernels.SampleTaps(Interpolation, FillMode, FillValue, Orders, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);

    /// <inheritdoc/>
    protected override Tensor? Gradient(int input, in GradientArguments arguments)
    {
        (Tensor images, Tensor places, Tensor upstream) = (arguments.Inputs[0], arguments.Inputs[1], arguments.Upstream);
        return input == 0
            ? new SpreadTaps(Shape.Create([.. images.Shape.Skip(1).SkipLast(1)]), this with { FillValue = 0 }).Apply(upstream, places)
            : OfPlaces(images, places, upstream);
    }

    /// <summary>The gradient by the coordinates, for numbers that weigh the outputs. In the type of the coordinates: sums of half numbers over the channels would lose digits.</summary>
    internal Tensor OfPlaces(Tensor images, Tensor places, Tensor numbers)
    {
        if (Interpolation == Interpolation.Nearest)
            return places.ZerosLike();
        (Tensor read, Tensor weights) = (images.Cast(places.DType), numbers.Cast(places.DType));
        SampleTaps[] slopes =
        [
            this with { Orders = Orders with { X = Orders.X + 1 } }, this with { Orders = Orders with { Y = Orders.Y + 1 } }, this with { Orders = Orders with { Z = Orders.Z + 1 } },
        ];
        return Tensor.Concatenate([.. slopes[..places.Shape[-1]].Select(slope => (slope.Apply(read, places) * weights).Sum(-1, keepDims: true))], -1);
    }
}

/// <summary>Inputs: numbers for the pixels of the outputs, coordinates. Adds each number to the pixels that its output was read from, by their weights: the transpose of <see cref="SampleTaps"/>.</summary>
/// <param name="Lengths">The (depth,) height and width of the images.</param>
/// <param name="Sampling">How the outputs were read; its fill value is 0.</param>
public sealed record SpreadTaps(Shape Lengths, SampleTaps Sampling) : Primitive
{
    internal override bool WidensHalves => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Float(Name, inputs[0]);
        return new(Shape.Create([inputs[0].Shape[0], .. Lengths, inputs[0].Shape[-1]]), inputs[0].DType);
    }

    internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => [Reads.Example, Reads.Example];

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => inputs[0].Shape.ElementCount * Sampling.WorkOfOne(Lengths.Rank);

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        CheckedKernels.SpreadTaps(Sampling.Interpolation, Sampling.FillMode, Sampling.Orders, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);

    /// <inheritdoc/>
    protected override Tensor? Gradient(int input, in GradientArguments arguments) => input == 0
        ? Sampling.Apply(arguments.Upstream, arguments.Inputs[1])
        : Sampling.OfPlaces(arguments.Upstream, arguments.Inputs[1], arguments.Inputs[0]);
}
