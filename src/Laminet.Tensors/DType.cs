namespace Laminet.Tensors;

/// <summary>The type of a tensor's elements.</summary>
public enum DType
{
    /// <summary>32-bit IEEE 754 floating point (<see cref="float"/>): the default for everything that is trained.</summary>
    Float32,

    /// <summary>64-bit IEEE 754 floating point (<see cref="double"/>): for gradient checks and scientific work.</summary>
    Float64,

    /// <summary>32-bit signed integer (<see cref="int"/>): class labels, indices.</summary>
    Int32,

    /// <summary>64-bit signed integer (<see cref="long"/>).</summary>
    Int64,

    /// <summary>8-bit unsigned integer (<see cref="byte"/>): image bytes.</summary>
    UInt8,

    /// <summary>Truth value (<see cref="bool"/>), one byte each: masks and comparisons.</summary>
    Bool,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>Bytes one element takes.</summary>
    public static int Size(this DType dtype) => dtype switch
    {
        DType.Float32 or DType.Int32 => 4,
        DType.Float64 or DType.Int64 => 8,
        DType.UInt8 or DType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not an element type."),
    };

    /// <summary>True for <see cref="DType.Float32"/> and <see cref="DType.Float64"/>, the types gradients flow through.</summary>
    public static bool IsFloat(this DType dtype) => dtype is DType.Float32 or DType.Float64;

    /// <summary>The element type that stores <typeparamref name="T"/>.</summary>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is none of the six.</exception>
    public static DType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(double) ? DType.Float64
        : typeof(T) == typeof(int) ? DType.Int32
        : typeof(T) == typeof(long) ? DType.Int64
        : typeof(T) == typeof(byte) ? DType.UInt8
        : typeof(T) == typeof(bool) ? DType.Bool
        : throw new DTypeException($"A tensor cannot hold {typeof(T).Name}. Use float, double, int, long, byte or bool.");

    /// <summary>Checks that a tensor's numbers can be looked at as <typeparamref name="T"/>.</summary>
    internal static void Require<T>(DType held) where T : unmanaged
    {
        if (Of<T>() != held)
            throw new DTypeException($"Received a request for {typeof(T).Name}; the tensor holds {held}. Ask for its own type or Cast it.");
    }
}
