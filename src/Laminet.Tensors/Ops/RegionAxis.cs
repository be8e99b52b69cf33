using System.Numerics;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>The samples of a region along one axis of an image: equally many for each output, each in the middle of its share.</summary>
internal readonly struct RegionAxis
{
    private readonly double start, step;
    private readonly int outputs, length;

    private RegionAxis(double start, double step, double count, int outputs, int length) => (this.start, this.step, Count, this.outputs, this.length) = (start, step, count, outputs, length);

    /// <summary>How many samples each output has; those of a box far larger than the image are beyond counting.</summary>
    public double Count { get; }

    /// <summary>The samples between two edges of a box. What decides how many there are is computed in the type of the boxes.</summary>
    public static RegionAxis Of<T>(in RegionSampling sampling, T from, T to, int outputs, int length) where T : IFloatingPointIeee754<T>
    {
        T scale = T.CreateTruncating(sampling.Scale), offset = T.CreateTruncating(sampling.Aligned ? 0.5 : 0);
        (T first, T last) = ((from * scale) - offset, (to * scale) - offset);
        double share = double.CreateTruncating((sampling.Aligned ? last - first : T.Max(last - first, T.One)) / T.CreateTruncating(outputs));
        double count = sampling.Ratio > 0 ? sampling.Ratio : Math.Max(0, Math.Ceiling(share));
        return new(double.CreateTruncating(first), share / Math.Max(1, count), count, outputs, length);
    }

    /// <summary>The weights of the axis's pixels in the mean of each output's samples.</summary>
    public Bands Means()
    {
        Bands bands = new(outputs);
        double[] weights = new double[length];
        for (int output = 0; output < outputs; output++)
        {
            List<RegionSample> samples = Samples(output);
            int first = samples.Count == 0 ? 0 : samples.Min(sample => sample.Low), end = samples.Count == 0 ? 0 : samples.Max(sample => sample.High) + 1;
            weights.AsSpan(first, end - first).Clear();
            foreach (RegionSample sample in samples)
            {
                weights[sample.Low] += (1 - sample.Upper) / Count;
                weights[sample.High] += sample.Upper / Count;
            }

            bands.Add(first, weights.AsSpan(first, end - first));
        }

        return bands;
    }

    /// <summary>An output's samples; those more than a pixel beyond the edges, where the image is 0, are left out. Those beyond an edge by less read the pixel at it.</summary>
    public List<RegionSample> Samples(int output)
    {
        // Of a box far larger than the image only the samples near the image are gone through.
        double origin = start + (output * Count * step), from = 0, to = Count;
        if (step > 0)
            (from, to) = (Math.Max(0, Math.Floor((-1 - origin) / step) - 1), Math.Min(Count, Math.Ceiling((length - origin) / step) + 1));
        List<RegionSample> samples = [];
        for (double i = from; i < to; i++)
        {
            double place = origin + ((i + 0.5) * step);
            if (!(place >= -1 && place <= length))
                continue;
            place = Math.Clamp(place, 0, length - 1);
            int low = (int)place;
            samples.Add(new(low, Math.Min(low + 1, length - 1), place - low));
        }

        return samples;
    }
}

/// <summary>A place between two pixels of an axis.</summary>
/// <param name="Low">The pixel at or before it.</param>
/// <param name="High">The pixel after it.</param>
/// <param name="Upper">The weight of the pixel after it.</param>
internal readonly record struct RegionSample(int Low, int High, double Upper);
