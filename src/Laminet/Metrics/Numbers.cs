using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>Room for a tensor's numbers as doubles, which metrics add up in: made once, for the largest batch, and not for each.</summary>
internal sealed class Numbers
{
    private double[] room = [];

    /// <summary>A tensor's numbers, until the next call.</summary>
    public Span<double> Of(Tensor tensor)
    {
        Span<double> numbers = Room(tensor.Length);
        tensor.CopyToDoubles(numbers);
        return numbers;
    }

    /// <summary>A tensor's numbers rounded to another type, that of what they are held against.</summary>
    public Span<double> Of(Tensor tensor, DType dtype)
    {
        // Large integers would be rounded twice, and integer types saturate.
        if (tensor.DType == DType.Int64 || !dtype.IsFloat())
            return Of(tensor.Cast(dtype));
        Span<double> numbers = Of(tensor);
        if (dtype == DType.Float32 && tensor.DType != DType.Float32)
        {
            foreach (ref double number in numbers)
                number = (float)number;
        }

        return numbers;
    }

    /// <summary>Undefined numbers, until the next call.</summary>
    public Span<double> Room(int length)
    {
        if (room.Length < length)
            room = new double[length];
        return room.AsSpan(0, length);
    }
}
