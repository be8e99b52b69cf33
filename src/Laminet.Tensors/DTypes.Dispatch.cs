using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors;

/// <summary>Work on numbers, written once for every type that is computed with.</summary>
internal interface INumberBody
{
    void Run<T>() where T : unmanaged, INumber<T>;
}

/// <summary>Work on integers, written once for all their types.</summary>
internal interface IIntegerBody
{
    void Run<T>() where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>Work that moves elements and does not look at them: all that matters is their size.</summary>
internal interface IMoveBody
{
    void Run<T>() where T : unmanaged;
}

/// <content>From an element type as a value to code for it. Only what is met is compiled, so that more types cost no start-up time.</content>
public static partial class DTypes
{
    /// <summary>Runs a body with the C# type of numbers. Halves are computed with as Float32, so they never come here; nor does Bool.</summary>
    internal static void Number<TBody>(DType type, ref TBody body) where TBody : INumberBody, allows ref struct
    {
        if (type == DType.Float32)
            body.Run<float>();
        else if (type == DType.Float64)
            body.Run<double>();
        else
            OfIntegers(type, ref body);
    }

    /// <summary>Runs a body with the C# type of integers.</summary>
    internal static void Integer<TBody>(DType type, ref TBody body) where TBody : IIntegerBody, allows ref struct
    {
        switch (type)
        {
            case DType.Int8: body.Run<sbyte>(); break;
            case DType.Int16: body.Run<short>(); break;
            case DType.Int32: body.Run<int>(); break;
            case DType.Int64: body.Run<long>(); break;
            case DType.UInt8: body.Run<byte>(); break;
            case DType.UInt16: body.Run<ushort>(); break;
            case DType.UInt32: body.Run<uint>(); break;
            case DType.UInt64: body.Run<ulong>(); break;
            default: throw new InvalidOperationException($"Engine error: {type} reached a kernel of integers. Please report this.");
        }
    }

    /// <summary>Runs a body with a type of the elements' size; as the bits are only moved, it may be any.</summary>
    internal static void BySize<TBody>(DType type, ref TBody body) where TBody : IMoveBody, allows ref struct
    {
        switch (type.Size())
        {
            case 1: body.Run<byte>(); break;
            case 2: body.Run<ushort>(); break;
            case 4: body.Run<float>(); break;
            default: body.Run<double>(); break;
        }
    }

    /// <summary>The type as numbers: truth values are the bytes 0 and 1.</summary>
    internal static DType AsNumber(this DType type) => type == DType.Bool ? DType.UInt8 : type;

    /// <summary>One number's bits in a type of 16 bits.</summary>
    internal static ushort HalfBits(this DType type, float number) => type == DType.Float16 ? BitConverter.HalfToUInt16Bits((Half)number) : ((BFloat16)number).ToBits();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OfIntegers<TBody>(DType type, ref TBody body) where TBody : INumberBody, allows ref struct
    {
        switch (type)
        {
            case DType.Int8: body.Run<sbyte>(); break;
            case DType.Int16: body.Run<short>(); break;
            case DType.Int32: body.Run<int>(); break;
            case DType.Int64: body.Run<long>(); break;
            case DType.UInt8: body.Run<byte>(); break;
            case DType.UInt16: body.Run<ushort>(); break;
            case DType.UInt32: body.Run<uint>(); break;
            case DType.UInt64: body.Run<ulong>(); break;
            default: throw new InvalidOperationException($"Engine error: {type} reached a kernel of numbers. Please report this.");
        }
    }
}
