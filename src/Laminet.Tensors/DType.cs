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

    /// <summary>8-bit signed integer (<see cref="sbyte"/>).</summary>
    Int8,

    /// <summary>16-bit signed integer (<see cref="short"/>).</summary>
    Int16,

    /// <summary>16-bit unsigned integer (<see cref="ushort"/>).</summary>
    UInt16,

    /// <summary>32-bit unsigned integer (<see cref="uint"/>).</summary>
    UInt32,

    /// <summary>64-bit unsigned integer (<see cref="ulong"/>).</summary>
    UInt64,

    /// <summary>
    /// 16-bit IEEE 754 floating point (<see cref="Half"/>), 11 significant bits, at most 65504. For storage: each operation computes in
    /// <see cref="Float32"/> and rounds its result.
    /// </summary>
    Float16,

    /// <summary>
    /// 16-bit floating point with the range of <see cref="Float32"/> and 8 significant bits (<see cref="Tensors.BFloat16"/>). For storage:
    /// each operation computes in <see cref="Float32"/> and rounds its result.
    /// </summary>
    BFloat16,
}

/// <summary>Properties of element types.</summary>
public static partial class DTypes
{
    private enum Kind
    {
        Float,
        Signed,
        Unsigned,
        Truth,
    }

    // In the order of the enumeration.
    private static readonly Facts[] Table =
    [
        new(4, Kind.Float, typeof(float), "F32"),
        new(8, Kind.Float, typeof(double), "F64"),
        new(4, Kind.Signed, typeof(int), "I32"),
        new(8, Kind.Signed, typeof(long), "I64"),
        new(1, Kind.Unsigned, typeof(byte), "U8"),
        new(1, Kind.Truth, typeof(bool), "BOOL"),
        new(1, Kind.Signed, typeof(sbyte), "I8"),
        new(2, Kind.Signed, typeof(short), "I16"),
        new(2, Kind.Unsigned, typeof(ushort), "U16"),
        new(4, Kind.Unsigned, typeof(uint), "U32"),
        new(8, Kind.Unsigned, typeof(ulong), "U64"),
        new(2, Kind.Float, typeof(Half), "F16"),
        new(2, Kind.Float, typeof(BFloat16), "BF16"),
    ];

    /// <summary>The size of an element in bytes.</summary>
    public static int Size(this DType dtype) => FactsOf(dtype).Size;

    /// <summary>True for the four floating-point types, through which gradients flow.</summary>
    public static bool IsFloat(this DType dtype) => FactsOf(dtype).Kind == Kind.Float;

    /// <summary>The type's name in safetensors files, as in <c>BF16</c>.</summary>
    public static string NameInFiles(this DType dtype) => FactsOf(dtype).NameInFiles;

    /// <summary>The element type that stores <typeparamref name="T"/>.</summary>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is none of the thirteen.</exception>
    public static DType Of<T>() where T : unmanaged => Holder<T>.DType ?? Of(typeof(T));

    internal static DType Of(Type type) => Holding(type) ?? throw new DTypeException(
        $"A tensor cannot hold {type.Name}. Use one of {string.Join(", ", Table.Select(facts => facts.Held.Name))}.");

    /// <summary>Checks that a tensor's numbers can be read as <typeparamref name="T"/>.</summary>
    internal static void Require<T>(DType held) where T : unmanaged
    {
        if (Of<T>() != held)
            throw new DTypeException($"Received a request for {typeof(T).Name}; the tensor holds {held}. Ask for its own type or Cast it.");
    }

    /// <summary>True for the eight integer types.</summary>
    internal static bool IsInteger(this DType dtype) => FactsOf(dtype).Kind is Kind.Signed or Kind.Unsigned;

    /// <summary>True for the two types of 16 bits that are stored only.</summary>
    internal static bool IsHalf(this DType dtype) => dtype is DType.Float16 or DType.BFloat16;

    /// <summary>The largest finite number of a floating-point type.</summary>
    internal static double Largest(this DType dtype) => dtype switch
    {
        DType.Float64 => double.MaxValue,
        DType.Float16 => (double)Half.MaxValue,
        DType.BFloat16 => (double)BFloat16.MaxValue,
        _ => float.MaxValue,
    };

    /// <summary>The distance from 1 to the next larger number of a floating-point type.</summary>
    internal static double Epsilon(this DType dtype) => dtype switch
    {
        DType.Float64 => 2.220446049250313e-16,
        DType.Float16 => 9.765625e-4,
        DType.BFloat16 => 7.8125e-3,
        _ => 1.1920928955078125e-7,
    };

    /// <summary>The type in which operations compute: Float32 for the halves, else the type itself.</summary>
    internal static DType Computed(this DType dtype) => dtype.IsHalf() ? DType.Float32 : dtype;

    /// <summary>The type in which sums, products and extremes are gathered: 64 bits for integers and truth values.</summary>
    internal static DType Accumulated(this DType dtype) => FactsOf(dtype).Kind switch
    {
        Kind.Float => dtype.Computed(),
        Kind.Unsigned => DType.UInt64,
        _ => DType.Int64,
    };

    /// <summary>The smallest and the largest number of an integer type.</summary>
    internal static (Int128 Lowest, Int128 Highest) Range(DType integer)
    {
        Facts facts = FactsOf(integer);
        Int128 half = Int128.One << ((8 * facts.Size) - 1);
        return facts.Kind == Kind.Signed ? (-half, half - 1) : (0, (2 * half) - 1);
    }

    /// <summary>The smallest finite number of a floating-point type.</summary>
    internal static double Lowest(DType floating) => floating switch
    {
        DType.Float64 => double.MinValue,
        DType.Float16 => (double)Half.MinValue,
        DType.BFloat16 => (float)Tensors.BFloat16.MinValue,
        _ => float.MinValue,
    };

    private static Facts FactsOf(DType dtype) => (uint)dtype < (uint)Table.Length
        ? Table[(int)dtype]
        : throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not an element type.");

    // Not generic: it is compiled once, and not for each type.
    private static DType? Holding(Type type)
    {
        for (int place = 0; place < Table.Length; place++)
        {
            if (Table[place].Held == type)
                return (DType)place;
        }

        return null;
    }

    private sealed record Facts(int Size, Kind Kind, Type Held, string NameInFiles);

    private static class Holder<T>
    {
        public static readonly DType? DType = Holding(typeof(T));
    }
}
