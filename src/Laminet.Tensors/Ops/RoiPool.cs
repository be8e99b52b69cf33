using System.Buffers;
using System.Numerics;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors
{
    /// <content>Regions of images, each pooled to a small image of one size.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The largest numbers in the parts of regions of images: the edges of a box, times the scale, are rounded (halves away from 0), the box with the pixels at both edges is divided into height x width parts,
        /// and an output is the largest number of its part, from floor(i h / height) to ceil((i + 1) h / height), excluded, for a box of h rows. Images (batch, height, width, channels), outputs (boxes, height',
        /// width', channels). What lies beyond the image does not count; a part without pixels gives 0. Floating point only; gradients flow to the images, to the first of equal numbers. PyTorch:
        /// <c>torchvision.ops.roi_pool</c>, with channels first; ONNX: <c>MaxRoiPool</c>. Paper: Girshick 2015, "Fast R-CNN".
        /// </summary>
        /// <remarks>The parts' edges are computed in whole numbers. PyTorch computes them in the type of the images, where a rounding error can give a part a row or column more.</remarks>
        /// <param name="boxes">The left, top, right and bottom edge of each box: (boxes, 4).</param>
        /// <param name="size">The height and width of the outputs.</param>
        /// <param name="imageOfBox">The image that each box lies in, integers of shape (boxes); it can be left out for one image.</param>
        /// <param name="scale">What the coordinates are multiplied by to be pixels of these images: 1/16 for boxes of the original image and a map of a sixteenth of its height and width.</param>
        /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A size or the scale is out of range, a box is not finite, or its image is not there.</exception>
        /// <exception cref="DTypeException">The images are not of floating-point numbers, or the images of the boxes are not integers.</exception>
        public Tensor RoiPool(Tensor boxes, (int Height, int Width) size, Tensor? imageOfBox = null, double scale = 1)
        {
            (Tensor edges, Tensor images) = BoxRegions.Of("RoiPool", this, boxes, imageOfBox);
            Tensor places = new RoiPool(new(size.Height, size.Width, scale, 0, false)).Apply(DType.IsHalf() ? Detach().Cast(DType.Float32) : Detach(), edges, images);
            return BoxRegions.Taken(this, places);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>
    /// Inputs: images, boxes (of their type), the image of each box (Int32). Where, in all images together, the largest number of each part of a box is, Int32; -1 for a part without pixels.
    /// </summary>
    /// <param name="Sampling">How the boxes are divided.</param>
    public sealed record RoiPool(RegionSampling Sampling) : Primitive
    {
        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(BoxRegions.Outputs(Name, Sampling, inputs[0].Shape, inputs[1].Shape), DType.Int32);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => output.Shape.ElementCount * 16.0;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            if (arguments.InputSpec(0).DType == DType.Float64)
                Run<double>(arguments);
            else
                Run<float>(arguments);
        }

        private void Run<T>(in KernelArguments arguments) where T : unmanaged, IFloatingPointIeee754<T>
        {
            BoxRegions.Require(Name, arguments.Input<T>(1), arguments.Input<int>(2), arguments.InputSpec(0).Shape[0]);
            Places<T> work = new(Sampling, arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.OutputTensor);
            Workers.For(arguments.OutputSpec.Shape[0], ref work);
        }

        private readonly struct Places<T>(RegionSampling sampling, Tensor images, Tensor boxes, Tensor imageOfBox, Tensor result) : IWork where T : unmanaged, IFloatingPointIeee754<T>
        {
            public void Run(int box)
            {
                (int height, int width, int channels) = (images.Shape[1], images.Shape[2], images.Shape[3]);
                ReadOnlySpan<T> numbers = images.AsSpan<T>(), edges = boxes.AsSpan<T>().Slice(4 * box, 4);
                Span<int> outputs = result.AsSpan<int>().Slice(box * sampling.Height * sampling.Width * channels, sampling.Height * sampling.Width * channels);
                int image = imageOfBox.AsSpan<int>()[box] * height;
                outputs.Fill(-1);
                T[] buffer = ArrayPool<T>.Shared.Rent(Math.Max(1, 2 * channels));
                for (int i = 0; i < sampling.Height; i++)
                {
                    (int top, int bottom) = Part(edges[1], edges[3], i, sampling.Height, height);
                    for (int j = 0; j < sampling.Width; j++, outputs = outputs[channels..])
                    {
                        (int left, int right) = Part(edges[0], edges[2], j, sampling.Width, width);
                        LargestPixel<T> largest = new(numbers, buffer.AsSpan(0, channels), outputs[..channels], buffer.AsSpan(channels, channels));
                        for (int row = top; row < bottom; row++)
                        {
                            for (int column = left; column < right; column++)
                                largest.Take((((image + row) * width) + column) * channels, T.One);
                        }
                    }
                }

                ArrayPool<T>.Shared.Return(buffer);
            }

            private (int First, int End) Part(T from, T to, int index, int parts, int length)
            {
                // Beyond the length of any axis, and small enough for the products.
                const long farthest = 1L << 30;
                T scale = T.CreateTruncating(sampling.Scale);
                long first = Edge(from), count = Math.Max(1, Edge(to) - first + 1);
                long start = index * count / parts, end = (((index + 1) * count) + parts - 1) / parts;
                return ((int)Math.Clamp(first + start, 0, length), (int)Math.Clamp(first + end, 0, length));

                long Edge(T edge) => Math.Clamp(long.CreateSaturating(T.Round(edge * scale, MidpointRounding.AwayFromZero)), -farthest, farthest);
            }
        }
    }
}
