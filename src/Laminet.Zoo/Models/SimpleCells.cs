using System.Numerics.Tensors;
using Laminet.Tensors;
using Tensor = Laminet.Tensors.Tensor;

namespace Laminet.Zoo.Models;

/// <summary>
/// A layer of S-cells of the <see cref="Neocognitron"/>. The cells of a plane look for the same pattern at all places: u = r [(1 + sum a x) / (1 + theta b v) - 1]+ with r = theta / (1 - theta). The inhibition
/// v = sqrt(sum c x^2) is the strength of what a cell sees, c falls with the distance from its centre and adds up to 1, and b = sqrt(sum a^2 / c). For strong connections that is [s - theta]+ / (1 - theta) with the
/// similarity s = sum a x / (b v), a cosine: a cell answers a pattern however bright it is. (Fukushima, "Neocognitron for handwritten digit recognition", Neurocomputing 51, 2003, equations 3 to 6.)
/// </summary>
/// <param name="side">Height and width of what a cell sees.</param>
/// <param name="inputs">The planes of the layer before.</param>
/// <param name="threshold">theta: the least similarity a cell answers, above 0 and below 1.</param>
internal sealed class SimpleCells(int side, int inputs, double threshold)
{
    // What one lesson adds: of a pattern of the strength v the excitation becomes Gain v^2, far above the 1 beside it.
    private const float Gain = 100_000;

    private readonly float[] falling = Falling(side, inputs);
    private readonly List<float[]> connections = [];
    private readonly List<float> inhibitions = [];

    /// <summary>The number of planes.</summary>
    public int Planes => connections.Count;

    /// <summary>The similarity of a pattern (side, side, inputs) to each plane's; 0 to all where nothing is seen.</summary>
    public float[] Compare(ReadOnlySpan<float> pattern)
    {
        float strength = Strength(pattern);
        float[] similarities = new float[Planes];
        for (int plane = 0; plane < similarities.Length && strength > 0; plane++)
            similarities[plane] = TensorPrimitives.Dot(connections[plane], pattern) / (inhibitions[plane] * strength);
        return similarities;
    }

    /// <summary>A plane learns a pattern: a += q c x. The plane after the last is new.</summary>
    public void Learn(int plane, ReadOnlySpan<float> pattern)
    {
        if (plane == Planes)
        {
            connections.Add(new float[falling.Length]);
            inhibitions.Add(0);
        }

        float[] own = connections[plane];
        double sum = 0;
        for (int i = 0; i < own.Length; i++)
        {
            own[i] += Gain * falling[i] * pattern[i];
            sum += own[i] * own[i] / falling[i];
        }

        inhibitions[plane] = (float)Math.Sqrt(sum);
    }

    /// <summary>The strength v of what is seen at each place of maps (batch, height, width, inputs).</summary>
    public Tensor Strengths(Tensor maps, Padding padding) => maps.Square().Convolution(Tensor.From(falling, [side, side, inputs, 1]), null, (1, 1), padding).Sqrt();

    /// <summary>The answers u to maps (batch, height, width, inputs).</summary>
    public Tensor Answer(Tensor maps, Padding padding)
    {
        // Connections with the planes last.
        float[] kernel = new float[falling.Length * Planes];
        foreach ((int plane, float[] own) in connections.Index())
        {
            for (int i = 0; i < own.Length; i++)
                kernel[(i * Planes) + plane] = own[i];
        }

        Tensor excitation = maps.Convolution(Tensor.From(kernel, [side, side, inputs, Planes]), null, (1, 1), padding);
        Tensor inhibition = Tensor.From([.. inhibitions]) * Strengths(maps, padding);
        return (((1 + excitation) / (1 + (threshold * inhibition))) - 1).Relu() * (threshold / (1 - threshold));
    }

    private float Strength(ReadOnlySpan<float> pattern)
    {
        double sum = 0;
        for (int i = 0; i < pattern.Length; i++)
            sum += falling[i] * pattern[i] * pattern[i];
        return (float)Math.Sqrt(sum);
    }

    // A Gaussian as wide as half of the side.
    private static float[] Falling(int side, int inputs)
    {
        float[] weights = new float[side * side * inputs];
        for (int i = 0; i < weights.Length; i++)
        {
            double row = (i / (inputs * side)) - ((side - 1) / 2.0), column = (i / inputs % side) - ((side - 1) / 2.0), width = side / 2.0;
            weights[i] = (float)Math.Exp(-((row * row) + (column * column)) / (2 * width * width));
        }

        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<float>(weights), weights);
        return weights;
    }
}
