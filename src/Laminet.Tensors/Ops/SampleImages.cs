using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Images read at other places than their pixels' centres.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Images moved by affine or projective transforms. The pixel (x, y) of an output is read from its image at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) with
        /// k = c0 x + c1 y + 1. A pixel's index is the coordinate of its centre. Keras: <c>ops.image.affine_transform</c>; TensorFlow: <c>ImageProjectiveTransformV3</c>.
        /// </summary>
        /// <remarks>Gradients flow to the images and, by bilinear interpolation, to the transforms; by the nearest pixel those of the transforms are 0.</remarks>
        /// <param name="transforms">a0, a1, a2, b0, b1, b2, c0, c1 for each image, (batch, 8), or (8) for all.</param>
        /// <param name="interpolation"><see cref="Interpolation.Bilinear"/>, for floating-point types, or <see cref="Interpolation.Nearest"/>, for all types.</param>
        /// <param name="fillMode">What lies beyond the edges.</param>
        /// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
        /// <param name="size">The height and width of the outputs; null for those of the images.</param>
        /// <exception cref="ShapeException">These are no images, or the transforms do not fit.</exception>
        /// <exception cref="ArgumentOutOfRangeException">Another interpolation.</exception>
        public Tensor AffineTransform(
            Tensor transforms, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Constant, double fillValue = 0, (int Height, int Width)? size = null)
        {
            ArgumentNullException.ThrowIfNull(transforms);
            Window.RequireImages("AffineTransform", Shape);
            if (transforms.Shape[-1] != 8 || !(transforms.Rank == 1 || (transforms.Rank == 2 && transforms.Shape[0] == Shape[0])))
                throw new ShapeException($"AffineTransform: received transforms of shape {transforms.Shape} for images of shape {Shape}; expected (8) or ({Shape[0]}, 8).");
            (int height, int width) = size ?? (Shape[1], Shape[2]);
            return Sampled(transforms.BroadcastTo([Shape[0], 8]), height, width, interpolation, fillMode, fillValue);
        }

        /// <summary>
        /// Images or volumes read at given places: the pixel (i, j) of an output is its image at the coordinates (x, y) there, and (i, j, k) of a volume is its volume at (x, y, z). A pixel's index is the
        /// coordinate of its centre. Keras and SciPy: <c>map_coordinates</c>; PyTorch: <c>nn.functional.grid_sample</c>, with coordinates from -1 to 1; ONNX: <c>GridSample</c>, with the same.
        /// </summary>
        /// <remarks>
        /// Gradients flow to the images and, but by the nearest pixel, to the coordinates; by the nearest pixel those of the coordinates are 0. By linear interpolation the slope at a pixel's centre is that towards the next column or row.
        /// A coordinate that is NaN lies beyond all edges. <see cref="FillMode.Nearest"/> is PyTorch's "border"; <see cref="FillMode.Reflect"/> its "reflection", and with aligned corners <see cref="FillMode.Mirror"/>.
        /// </remarks>
        /// <param name="coordinates">x and y for each pixel of the outputs: (batch, height, width, 2); for volumes (batch, depth, height, width, channels) x, y and z: (batch, depth, height, width, 3).</param>
        /// <param name="interpolation">
        /// <see cref="Interpolation.Bilinear"/> (linear in all axes) or <see cref="Interpolation.Bicubic"/> (cubic in all axes, with PyTorch's a = -3/4), for floating-point types, or <see cref="Interpolation.Nearest"/>, for all types; halves
        /// are rounded away from 0.
        /// </param>
        /// <param name="fillMode">What lies beyond the edges.</param>
        /// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
        /// <exception cref="ShapeException">These are no images or volumes, or the coordinates do not fit.</exception>
        /// <exception cref="ArgumentOutOfRangeException">Another interpolation.</exception>
        public Tensor SampleAt(Tensor coordinates, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Constant, double fillValue = 0)
        {
            ArgumentNullException.ThrowIfNull(coordinates);
            bool isVolume = Rank == 5;
            if (!isVolume && Rank != 4)
            {
                throw new ShapeException($"SampleAt: received an input of shape {Shape}; expected images (batch, height, width, channels) or volumes (batch, depth, height, width, channels). "
                    + "A single one needs a batch axis (ExpandDims(0)), a grey one a channel axis (ExpandDims(-1)).");
            }

            if (coordinates.Rank != Rank || coordinates.Shape[0] != Shape[0] || coordinates.Shape[-1] != Rank - 2)
            {
                throw new ShapeException($"SampleAt: received coordinates of shape {coordinates.Shape} for {(isVolume ? "volumes" : "images")} of shape {Shape}; "
                    + $"expected ({Shape[0]}, {(isVolume ? "depth, height, width, 3" : "height, width, 2")}).");
            }

            return isVolume || interpolation is not (Interpolation.Bilinear or Interpolation.Nearest)
                ? new SampleTaps(interpolation, fillMode, fillValue, default).Apply(this, coordinates.Cast(SampleImages.PlacesFor(DType)))
                : Sampled(coordinates, coordinates.Shape[1], coordinates.Shape[2], interpolation, fillMode, fillValue);
        }

        // Places are in single precision unless the images are in double precision.
        private Tensor Sampled(Tensor places, int height, int width, Interpolation interpolation, FillMode fillMode, double fillValue) =>
            new SampleImages(height, width, interpolation, fillMode, fillValue).Apply(this, places.Cast(SampleImages.PlacesFor(DType)));
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: images, places. The places are transforms (batch, 8) or coordinates (batch, height, width, 2), Float64 for images of Float64 and Float32 for others.</summary>
    /// <param name="Height">The height of the outputs.</param>
    /// <param name="Width">Their width.</param>
    /// <param name="Interpolation">Bilinear or nearest.</param>
    /// <param name="FillMode">What lies beyond the edges.</param>
    /// <param name="FillValue">The number there, for a constant.</param>
    public sealed record SampleImages(int Height, int Width, Interpolation Interpolation, FillMode FillMode, double FillValue) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <summary>The type of the places for images of a type.</summary>
        internal static DType PlacesFor(DType images) => images == DType.Float64 ? DType.Float64 : DType.Float32;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            (TensorSpec images, TensorSpec places) = (inputs[0], inputs[1]);
            Window.RequireImages(Name, images.Shape);
            Sampling.Require(Name, this, images, places);
            return new(images.Shape.With(1, Height).With(2, Width), images.DType);
        }

        internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => [Reads.Example, Reads.Example];

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => output.Shape.ElementCount * (Interpolation == Interpolation.Bilinear ? 8.0 : 1);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.SampleImages(Interpolation == Interpolation.Nearest, FillMode, FillValue, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments)
        {
            (Tensor images, Tensor places, Tensor upstream) = (arguments.Inputs[0], arguments.Inputs[1], arguments.Upstream);
            return input == 0 ? new SpreadSamples(images.Shape[1], images.Shape[2], this with { FillValue = 0 }).Apply(upstream, places) : OfPlaces(images, places, upstream);
        }

        /// <summary>The gradient by the places, for numbers that weigh the outputs.</summary>
        internal Tensor OfPlaces(Tensor images, Tensor places, Tensor numbers) =>
            Interpolation == Interpolation.Nearest ? places.ZerosLike()
            : places.Rank == 2 ? ProjectiveGrid.Gradient(this, images, places, numbers)
            : new SampleSlopes(this).Apply(images, places, numbers);
    }

    /// <summary>Inputs: numbers for the pixels of the outputs, places. Adds each number to the pixels that its output was read from, by their weights: the transpose of <see cref="SampleImages"/>.</summary>
    /// <param name="Height">The height of the images.</param>
    /// <param name="Width">Their width.</param>
    /// <param name="Sampling">How the outputs were read; its fill value is 0.</param>
    public sealed record SpreadSamples(int Height, int Width, SampleImages Sampling) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Float(Name, inputs[0]);
            return new(inputs[0].Shape.With(1, Height).With(2, Width), inputs[0].DType);
        }

        internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => [Reads.Example, Reads.Example];

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => inputs[0].Shape.ElementCount * (Sampling.Interpolation == Interpolation.Bilinear ? 8.0 : 1);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.SpreadSamples(Sampling.Interpolation == Interpolation.Nearest, Sampling.FillMode, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) => input == 0
            ? Sampling.Apply(arguments.Upstream, arguments.Inputs[1])
            : Sampling.OfPlaces(arguments.Upstream, arguments.Inputs[1], arguments.Inputs[0]);
    }

    internal static class Sampling
    {
        public static void Require(string operation, SampleImages sampling, TensorSpec images, TensorSpec places)
        {
            if (sampling.Interpolation is not (Interpolation.Bilinear or Interpolation.Nearest))
                throw new ArgumentOutOfRangeException(nameof(sampling), $"{operation}: received the interpolation {sampling.Interpolation}; expected Bilinear or Nearest.");
            if (sampling.Interpolation == Interpolation.Bilinear)
                Check.Float(operation, images);
            if (sampling.Height < 1 || sampling.Width < 1 || images.Shape[1] == 0 || images.Shape[2] == 0)
                throw new ShapeException($"{operation}: received the size ({sampling.Height}, {sampling.Width}) for images of shape {images.Shape}; all lengths must be 1 or more.");
            Shape coordinates = [images.Shape[0], sampling.Height, sampling.Width, 2], transforms = [images.Shape[0], 8];
            if (places.Shape != coordinates && places.Shape != transforms)
                throw new ShapeException($"{operation}: received places of shape {places.Shape} for images of shape {images.Shape}; expected transforms {transforms} or coordinates {coordinates}.");
            if (places.DType != SampleImages.PlacesFor(images.DType))
                throw new DTypeException($"{operation}: received places of {places} for images of {images}; expected {SampleImages.PlacesFor(images.DType)}. Cast them.");
        }
    }
}
