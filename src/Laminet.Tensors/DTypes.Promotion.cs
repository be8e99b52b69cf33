namespace Laminet.Tensors;

/// <content>Type promotion, with the rules of Keras 3 and JAX.</content>
public static partial class DTypes
{
    /// <summary>
    /// The type in which an operation on two types computes. Bool and another type give the other type. A floating-point type and an
    /// integer give the floating-point type, whatever their sizes. Float16 and BFloat16 give Float32. A signed and an unsigned integer give the smallest signed type
    /// that holds both, and UInt64 with a signed type gives Float32. The result is Float64 only if an operand is Float64.
    /// </summary>
    public static DType Promote(DType first, DType second)
    {
        if (first == second)
            return first;
        (Facts a, Facts b) = (FactsOf(first), FactsOf(second));
        return (a.Kind, b.Kind) switch
        {
            (_, Kind.Truth) => first,
            (Kind.Truth, _) => second,
            (Kind.Float, Kind.Float) => a.Size == b.Size ? DType.Float32 : a.Size > b.Size ? first : second,
            (Kind.Float, _) => first,
            (_, Kind.Float) => second,
            _ when a.Kind == b.Kind => a.Size > b.Size ? first : second,
            (Kind.Signed, _) => Mixed(first, second),
            _ => Mixed(second, first),
        };
    }

    private static DType Mixed(DType signed, DType unsigned) => signed.Size() > unsigned.Size() ? signed : unsigned switch
    {
        DType.UInt8 => DType.Int16,
        DType.UInt16 => DType.Int32,
        DType.UInt32 => DType.Int64,
        _ => DType.Float32,
    };
}
