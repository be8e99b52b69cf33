using System.Text;
using Laminet.Tensors;

namespace Laminet.Zoo.Tests.Golden;

/// <summary>Numbers that are a function of a name and a place, as make_models_golden.py has them.</summary>
internal static class NamedNumbers
{
    /// <summary>Numbers in [0, 1).</summary>
    public static Tensor Of(string name, Shape shape) => Of(name, shape, 0, 1);

    /// <summary>The first numbers of a weight by its path: of the size that keeps activations near 1.</summary>
    public static Tensor Weight(string path, Shape shape)
    {
        double bound = Math.Sqrt(6.0 / (shape[-1] == 1 && shape.Rank > 1 ? shape[0] * shape[1] : shape.ElementCount / shape[-1]));
        (double low, double high) = path[(path.LastIndexOf('/') + 1)..] switch
        {
            "kernel" => (-bound, bound),
            "gamma" => (0.9, 1.1),
            "moving_variance" => (0.8, 1.2),
            _ => (-0.1, 0.1),
        };
        return Of(path, shape, low, high);
    }

    private static Tensor Of(string name, Shape shape, double low, double high)
    {
        uint state = 2_166_136_261;
        foreach (byte part in Encoding.UTF8.GetBytes(name))
            state = (state ^ part) * 16_777_619;
        float[] values = new float[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(low + ((high - low) * (Mixed((uint)i * 0x9E37_79B9 + state) / 4_294_967_296.0)));
        return Tensor.From(values, shape);
    }

    private static uint Mixed(uint x)
    {
        x = (x ^ (x >> 16)) * 0x7FEB_352D;
        x = (x ^ (x >> 15)) * 0x846C_A68B;
        return x ^ (x >> 16);
    }
}
