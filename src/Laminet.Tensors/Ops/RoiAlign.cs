using System.Buffers;
using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Regions of images, each read to a small image of one size by interpolation.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Regions of images, each read to one size: a box is divided into height x width parts, and an output is the mean (or the largest) of samples that lie evenly in its part, by bilinear interpolation. Images
        /// (batch, height, width, channels), outputs (boxes, height', width', channels). A sample at most a pixel beyond an edge is the pixel at it, and one farther away is 0; a box without extent gives 0 where it
        /// has no samples. Floating point only; gradients flow to the images. PyTorch: <c>torchvision.ops.roi_align</c>, with channels first; ONNX: <c>RoiAlign</c>. Paper: He et al. 2017, "Mask R-CNN".
        /// </summary>
        /// <param name="boxes">The left, top, right and bottom edge of each box: (boxes, 4).</param>
        /// <param name="size">The height and width of the outputs.</param>
        /// <param name="imageOfBox">The image that each box lies in, integers of shape (boxes); it can be left out for one image.</param>
        /// <param name="scale">What the coordinates are multiplied by to be pixels of these images: 1/16 for boxes of the original image and a map of a sixteenth of its height and width.</param>
        /// <param name="samplingRatio">How many samples there are for an output along each axis, at most 1024; 0 for one for each pixel of its part, rounded up.</param>
        /// <param name="aligned">Whether coordinates count from the edges of pixels, so that a pixel's centre has the coordinate 1/2 (ONNX: half_pixel). If not, a pixel's index is its centre, and boxes are at least a pixel high and wide.</param>
        /// <param name="largest">Whether an output is, instead of the mean, the largest of all pixels that its samples weigh, each times its weight (ONNX: max).</param>
        /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A size, scale or ratio is out of range, a box is not finite, or its image is not there.</exception>
        /// <exception cref="DTypeException">The images are not of floating-point numbers, or the images of the boxes are not integers.</exception>
        public Tensor RoiAlign(
            Tensor boxes, (int Height, int Width) size, Tensor? imageOfBox = null, double scale = 1, int samplingRatio = 0, bool aligned = false, bool largest = false)
        {
            (Tensor edges, Tensor images) = BoxRegions.Of("RoiAlign", this, boxes, imageOfBox);
            RoiAlign regions = new(new(size.Height, size.Width, scale, samplingRatio, aligned));
            if (!largest)
                return regions.Apply(this, edges, images);
            // Which pixels are the largest has no gradient; which weights they have depends on the boxes alone.
            Tensor[] found = new RoiPeaks(regions.Sampling).ApplyAll(DType.IsHalf() ? Detach().Cast(DType.Float32) : Detach(), edges, images);
            return BoxRegions.Taken(this, found[0]) * found[1].Cast(DType);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: images, boxes (Float64 for images of Float64 and Float32 for others), the image of each box (Int32). The means of the samples in parts of the boxes.</summary>
    /// <param name="Sampling">How the boxes are divided and sampled.</param>
    public sealed record RoiAlign(RegionSampling Sampling) : Primitive
    {
        internal override bool MayThrow => true;

        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(BoxRegions.Outputs(Name, Sampling, inputs[0].Shape, inputs[1].Shape), inputs[0].DType);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => output.Shape.ElementCount * 16.0;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            if (arguments.OutputSpec.DType == DType.Float64)
                Run<double>(arguments);
            else
                Run<float>(arguments);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) => input == 0
            ? new SpreadRegions(arguments.Inputs[0].Shape, Sampling).Apply(arguments.Upstream, arguments.Inputs[1], arguments.Inputs[2])
            : null;

        private void Run<T>(in KernelArguments arguments) where T : unmanaged, IFloatingPointIeee754<T>
        {
            BoxRegions.Require(Name, arguments.Input<T>(1), arguments.Input<int>(2), arguments.InputSpec(0).Shape[0]);
            Means<T> work = new(Sampling, arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.OutputTensor);
            Workers.For(arguments.OutputSpec.Shape[0], ref work);
        }

        /// <summary>A mean over both axes is one over the rows, then one over the columns. Threads share the boxes.</summary>
        private readonly struct Means<T>(RegionSampling sampling, Tensor images, Tensor boxes, Tensor imageOfBox, Tensor result) : IWork where T : unmanaged, IFloatingPointIeee754<T>
        {
            public void Run(int box)
            {
                (int height, int width, int channels) = (images.Shape[1], images.Shape[2], images.Shape[3]);
                RegionBands<T> bands = new(sampling, boxes.AsSpan<T>().Slice(4 * box, 4), height, width);
                ReadOnlySpan<T> image = images.AsSpan<T>().Slice(imageOfBox.AsSpan<int>()[box] * height * width * channels, height * width * channels);
                Span<T> outputs = result.AsSpan<T>().Slice(box * sampling.Height * sampling.Width * channels, sampling.Height * sampling.Width * channels);
                int left = bands.Left * channels, length = (bands.Right * channels) - left;
                T[] line = ArrayPool<T>.Shared.Rent(Math.Max(1, length));
                for (int i = 0; i < sampling.Height; i++)
                {
                    Span<T> mean = line.AsSpan(0, length);
                    bands.Rows(i, out int top, out ReadOnlySpan<T> ofRows);
                    mean.Clear();
                    for (int row = 0; row < ofRows.Length; row++)
                        TensorPrimitives.MultiplyAdd(image.Slice(((top + row) * width * channels) + left, length), ofRows[row], mean, mean);
                    for (int j = 0; j < sampling.Width; j++, outputs = outputs[channels..])
                    {
                        Span<T> output = outputs[..channels];
                        bands.Columns(j, out int first, out ReadOnlySpan<T> ofColumns);
                        output.Clear();
                        for (int column = 0; column < ofColumns.Length; column++)
                            TensorPrimitives.MultiplyAdd(mean.Slice(((first - bands.Left + column) * channels), channels), ofColumns[column], output, output);
                    }
                }

                ArrayPool<T>.Shared.Return(line);
            }
        }
    }

    /// <summary>Inputs: numbers for the outputs of regions, boxes, the image of each box. Adds each number to the pixels that its output was read from, by their weights: the transpose of <see cref="RoiAlign"/>.</summary>
    /// <param name="Images">The shape of the images.</param>
    /// <param name="Sampling">How the boxes were divided and sampled.</param>
    public sealed record SpreadRegions(Shape Images, RegionSampling Sampling) : Primitive
    {
        // Rows of an image that one task adds to. Each goes through all boxes of its image, in order: the sum's bits do not depend on threads.
        private const int RowsOfTask = 16;

        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(Images, inputs[0].DType);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => inputs[0].Shape.ElementCount * 16.0;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            if (arguments.OutputSpec.DType == DType.Float64)
                Run<double>(arguments);
            else
                Run<float>(arguments);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) => input == 0 ? new RoiAlign(Sampling).Apply(arguments.Upstream, arguments.Inputs[1], arguments.Inputs[2]) : null;

        private void Run<T>(in KernelArguments arguments) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Sums<T> work = new(Sampling, arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.OutputTensor);
            Workers.For(Images[0] * work.TasksOfImage, ref work);
        }

        private readonly struct Sums<T>(RegionSampling sampling, Tensor numbers, Tensor boxes, Tensor imageOfBox, Tensor result) : IWork where T : unmanaged, IFloatingPointIeee754<T>
        {
            public int TasksOfImage { get; } = Rounding.DivideUp(result.Shape[1], RowsOfTask);

            public void Run(int task)
            {
                (int image, int part) = Math.DivRem(task, TasksOfImage);
                (int height, int width, int channels) = (result.Shape[1], result.Shape[2], result.Shape[3]);
                int start = part * RowsOfTask, end = Math.Min(height, start + RowsOfTask);
                Span<T> rows = result.AsSpan<T>().Slice(((image * height) + start) * width * channels, (end - start) * width * channels);
                rows.Clear();
                ReadOnlySpan<int> places = imageOfBox.AsSpan<int>();
                T[] line = ArrayPool<T>.Shared.Rent(Math.Max(1, width * channels));
                for (int box = 0; box < places.Length; box++)
                {
                    if (places[box] == image)
                        Add(box, rows, start, end, line);
                }

                ArrayPool<T>.Shared.Return(line);
            }

            private void Add(int box, Span<T> rows, int start, int end, T[] line)
            {
                (int height, int width, int channels) = (result.Shape[1], result.Shape[2], result.Shape[3]);
                RegionBands<T> bands = new(sampling, boxes.AsSpan<T>().Slice(4 * box, 4), height, width);
                ReadOnlySpan<T> outputs = numbers.AsSpan<T>().Slice(box * sampling.Height * sampling.Width * channels, sampling.Height * sampling.Width * channels);
                int left = bands.Left * channels, length = (bands.Right * channels) - left;
                Span<T> sum = line.AsSpan(0, length);
                for (int i = 0; i < sampling.Height; i++)
                {
                    bands.Rows(i, out int top, out ReadOnlySpan<T> ofRows);
                    if (top >= end || top + ofRows.Length <= start)
                        continue;
                    sum.Clear();
                    for (int j = 0; j < sampling.Width; j++)
                    {
                        ReadOnlySpan<T> number = outputs.Slice(((i * sampling.Width) + j) * channels, channels);
                        bands.Columns(j, out int first, out ReadOnlySpan<T> ofColumns);
                        for (int column = 0; column < ofColumns.Length; column++)
                        {
                            Span<T> pixel = sum.Slice((first - bands.Left + column) * channels, channels);
                            TensorPrimitives.MultiplyAdd(number, ofColumns[column], pixel, pixel);
                        }
                    }

                    for (int row = Math.Max(top, start); row < Math.Min(top + ofRows.Length, end); row++)
                    {
                        Span<T> pixels = rows.Slice(((row - start) * width * channels) + left, length);
                        TensorPrimitives.MultiplyAdd(sum, ofRows[row - top], pixels, pixels);
                    }
                }
            }
        }
    }

    /// <summary>The weights of rows and columns in the means of one box.</summary>
    internal readonly ref struct RegionBands<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly Bands rows, columns;

        public RegionBands(RegionSampling sampling, ReadOnlySpan<T> box, int height, int width)
        {
            rows = RegionAxis.Of(sampling, box[1], box[3], sampling.Height, height).Means();
            columns = RegionAxis.Of(sampling, box[0], box[2], sampling.Width, width).Means();
            (Left, Right) = (width, 0);
            for (int i = 0; i < columns.Rows; i++)
            {
                int count = columns.Starts[i + 1] - columns.Starts[i];
                if (count > 0)
                    (Left, Right) = (Math.Min(Left, columns.Firsts[i]), Math.Max(Right, columns.Firsts[i] + count));
            }

            if (Right == 0)
                Left = 0;
        }

        /// <summary>The first column with a weight.</summary>
        public int Left { get; }

        /// <summary>The column after the last one with a weight.</summary>
        public int Right { get; }

        /// <summary>The first row of an output and the weights from there on.</summary>
        public void Rows(int output, out int first, out ReadOnlySpan<T> weights) => Of(rows, output, out first, out weights);

        /// <summary>The first column of an output and the weights from there on.</summary>
        public void Columns(int output, out int first, out ReadOnlySpan<T> weights) => Of(columns, output, out first, out weights);

        private static void Of(Bands bands, int output, out int first, out ReadOnlySpan<T> weights)
        {
            first = bands.Firsts[output];
            weights = bands.Numbers<T>().AsSpan(bands.Starts[output]..bands.Starts[output + 1]);
        }
    }
}
