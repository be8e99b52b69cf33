using System.Buffers;
using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Ops;

/// <summary>
/// Inputs: images, boxes (of their type), the image of each box (Int32). Of all pixels that the samples in a part of a box weigh, the one that is largest times its weight: its place in all images together, Int32,
/// and the weight. The place is -1 where a 0 is the largest, of a pixel without weight or a sample beyond the image.
/// </summary>
/// <param name="Sampling">How the boxes are divided and sampled.</param>
public sealed record RoiPeaks(RegionSampling Sampling) : Primitive
{
    internal override bool MayThrow => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
    {
        Shape shape = BoxRegions.Outputs(nameof(RoiAlign), Sampling, inputs[0].Shape, inputs[1].Shape);
        return [new(shape, DType.Int32), new(shape, inputs[0].DType)];
    }

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
        Tensor images = arguments.InputTensor(0), boxes = arguments.InputTensor(1), imageOfBox = arguments.InputTensor(2);
        BoxRegions.Require(nameof(RoiAlign), boxes.AsSpan<T>(), imageOfBox.AsSpan<int>(), images.Shape[0]);
        Tensor?[] wanted = arguments.Outputs;
        Tensor[] outputs = [.. InferAll([images.Spec, boxes.Spec, imageOfBox.Spec]).Select((spec, i) => wanted[i] ?? Tensor.Empty(spec.Shape, spec.DType))];
        Peaks<T> work = new(Sampling, images, boxes, imageOfBox, outputs[0], outputs[1]);
        Workers.For(boxes.Shape[0], ref work);
    }

    private readonly struct Peaks<T>(RegionSampling sampling, Tensor images, Tensor boxes, Tensor imageOfBox, Tensor places, Tensor weights) : IWork where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int box)
        {
            (int height, int width, int channels) = (images.Shape[1], images.Shape[2], images.Shape[3]);
            ReadOnlySpan<T> edges = boxes.AsSpan<T>().Slice(4 * box, 4);
            RegionAxis rows = RegionAxis.Of(sampling, edges[1], edges[3], sampling.Height, height), columns = RegionAxis.Of(sampling, edges[0], edges[2], sampling.Width, width);
            List<RegionSample>[] across = [.. Enumerable.Range(0, sampling.Width).Select(columns.Samples)];
            int length = sampling.Height * sampling.Width * channels, image = imageOfBox.AsSpan<int>()[box] * height;
            Span<int> found = places.AsSpan<int>().Slice(box * length, length);
            Span<T> factors = weights.AsSpan<T>().Slice(box * length, length);
            found.Fill(-1);
            factors.Clear();
            T[] best = ArrayPool<T>.Shared.Rent(Math.Max(1, channels));
            for (int i = 0; i < sampling.Height; i++)
            {
                List<RegionSample> down = rows.Samples(i);
                for (int j = 0; j < sampling.Width; j++, found = found[channels..], factors = factors[channels..])
                {
                    LargestPixel<T> peak = new(images.AsSpan<T>(), best.AsSpan(0, channels), found[..channels], factors[..channels]);
                    if (down.Count < rows.Count || across[j].Count < columns.Count)
                        peak.TakeZero();
                    foreach (RegionSample row in down)
                    {
                        foreach (RegionSample column in across[j])
                        {
                            peak.Take(Pixel(row.Low, column.Low), T.CreateTruncating((1 - row.Upper) * (1 - column.Upper)));
                            peak.Take(Pixel(row.Low, column.High), T.CreateTruncating((1 - row.Upper) * column.Upper));
                            peak.Take(Pixel(row.High, column.Low), T.CreateTruncating(row.Upper * (1 - column.Upper)));
                            peak.Take(Pixel(row.High, column.High), T.CreateTruncating(row.Upper * column.Upper));
                        }
                    }
                }
            }

            ArrayPool<T>.Shared.Return(best);

            int Pixel(int row, int column) => (((image + row) * width) + column) * channels;
        }
    }
}
