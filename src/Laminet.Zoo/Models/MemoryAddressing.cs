using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// How the heads of a <see cref="NTMCell"/> find their place in the memory: <see cref="Content"/>, <see cref="Interpolate"/>, <see cref="Shift"/> and <see cref="Sharpen"/>, in this order. A weighting (batch, heads, slots) says how much
/// each slot counts; its numbers are 0 or more and sum to 1. (Graves, Wayne and Danihelka, "Neural Turing machines", 2014, section 3.3.)
/// </summary>
internal static class MemoryAddressing
{
    // Keeps a slot of zeros from dividing by 0, and a weight of 0 from the logarithm of 0.
    private const double Tiny = 1e-16;

    /// <summary>w_i = softmax over i of β cos(k, M_i): where the memory holds what is like the key (equations 5 and 6).</summary>
    /// <param name="key">k, (batch, heads, width).</param>
    /// <param name="strength">β, (batch, heads, 1); 0 or more. The larger, the more the best slot stands out.</param>
    /// <param name="memory">M, (batch, slots, width).</param>
    public static Tensor Content(Tensor key, Tensor strength, Tensor memory)
    {
        Tensor ofKey = key.Square().Sum(-1, keepDims: true), ofSlots = memory.Square().Sum(-1).ExpandDims(1);
        return (strength * key.MatMul(memory, transposeOther: true) * ((ofKey * ofSlots) + Tiny).Rsqrt()).Softmax();
    }

    /// <summary>g w + (1 - g) w', w' the weighting of the step before (equation 7).</summary>
    /// <param name="content">w.</param>
    /// <param name="before">w'.</param>
    /// <param name="gate">g, (batch, heads, 1), 0 to 1.</param>
    public static Tensor Interpolate(Tensor content, Tensor before, Tensor gate) => (gate * content) + ((1 - gate) * before);

    /// <summary>Circular convolution: w'_i = sum over j of w_j s_(i - j), i - j modulo the number of slots. A shift of 1 moves a weight to the next slot, and from the last to the first (equation 8).</summary>
    /// <param name="weighting">w.</param>
    /// <param name="shifts">s, (batch, heads, 2 r + 1): how likely the shifts -r to r are.</param>
    public static Tensor Shift(Tensor weighting, Tensor shifts)
    {
        int slots = weighting.Shape[-1], range = shifts.Shape[-1] / 2;
        Tensor wrapped = Tensor.Concatenate([weighting.Slice(slots - range, axis: -1), weighting, weighting.Slice(0, range, axis: -1)], -1);
        Tensor sum = Moved(0);
        for (int place = 1; place < shifts.Shape[-1]; place++)
            sum += Moved(place);
        return sum;

        Tensor Moved(int place) => shifts.Slice(place, place + 1, axis: -1) * wrapped.Slice((2 * range) - place, (2 * range) - place + slots, axis: -1);
    }

    /// <summary>w_i^γ / sum over j of w_j^γ (equation 9), as softmax(γ log w).</summary>
    /// <param name="weighting">w.</param>
    /// <param name="sharpness">γ, (batch, heads, 1); 1 or more.</param>
    public static Tensor Sharpen(Tensor weighting, Tensor sharpness) => (sharpness * (weighting + Tiny).Log()).Softmax();
}
