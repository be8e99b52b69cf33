using System.Globalization;
using CsCheck;

namespace Laminet.Tensors.Tests.Identities;

/// <summary>What the identities are tried on.</summary>
internal static class Draw
{
    public static readonly DType[] All = Enum.GetValues<DType>();

    /// <summary>Types with arithmetic.</summary>
    public static readonly DType[] Arithmetic = [.. All.Where(type => type != DType.Bool)];

    public static readonly DType[] Integers = [.. Arithmetic.Where(type => !type.IsFloat())];

    /// <summary>Types in which sums of what is drawn are exact.</summary>
    public static readonly DType[] Exact = [.. Arithmetic.Where(type => type is not (DType.Float16 or DType.BFloat16))];

    /// <summary>A tensor of one of some types, with axes of 0 to 4 places, of which the last is sometimes longer than a vector of the processor.</summary>
    public static Gen<Numbers> Tensor(DType[] types, int leastRank = 0, int mostRank = 4, int leastLength = 0, bool ends = false) =>
        from rank in Gen.Int[leastRank, mostRank]
        from shape in Gen.Int[leastLength, 4].Array[rank]
        from last in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[5, 70]))
        from numbers in Of(Gen.OneOf(types), rank > 0 && last > 0 ? [.. shape[..^1], last] : shape, ends)
        select numbers;

    /// <summary>A tensor with at least one axis, and one of its axes.</summary>
    public static Gen<(Numbers, int)> Along(DType[] types, int leastLength = 0, bool ends = false) =>
        from x in Tensor(types, 1, 4, leastLength, ends)
        from axis in Gen.Int[0, x.Shape.Length - 1]
        select (x, axis);

    /// <summary>Two tensors of one type and shape.</summary>
    public static Gen<(Numbers, Numbers)> Pair(DType[] types, bool ends = false) =>
        from x in Tensor(types, ends: ends)
        from y in Of(Gen.Const(x.Type), x.Shape, ends)
        select (x, y);

    /// <summary>Two tensors of any types whose shapes broadcast.</summary>
    public static Gen<(Numbers, Numbers)> Broadcast(DType[] types) =>
        from x in Tensor(types)
        from left in Gen.Bool.Array[x.Shape.Length]
        from right in Gen.Bool.Array[x.Shape.Length]
        from dropped in Gen.Int[0, x.Shape.Length]
        from first in Of(Gen.OneOf(types), [.. x.Shape.Select((length, i) => left[i] && !right[i] ? 1 : length)])
        from second in Of(Gen.OneOf(types), [.. x.Shape.Select((length, i) => right[i] ? 1 : length).Skip(dropped)])
        select (first, second);

    /// <summary>Whole numbers from -9 to 9; with <paramref name="ends"/> the smallest and largest of an integer type stand for those two.</summary>
    public static Gen<Numbers> Of(Gen<DType> types, int[] shape, bool ends = false) =>
        from type in types
        from values in Gen.Int[-9, 9].Array[shape.Aggregate(1, (product, length) => product * length)]
        from stored in Gen.Enum<Stored>()
        select new Numbers(type, shape, [.. values.Select(value => OfType(value, type, ends))], stored);

    private static long OfType(int value, DType type, bool ends)
    {
        if (ends && Math.Abs(value) == 9 && Ends(type) is (long, long) limits)
            return value < 0 ? limits.Low : limits.High;
        return type.IsSigned() ? value : type == DType.Bool ? value & 1 : Math.Abs(value);
    }

    // Those of UInt64 that an Int64 holds.
    private static (long Low, long High)? Ends(DType type) => type switch
    {
        DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DType.Int16 => (short.MinValue, short.MaxValue),
        DType.Int32 => (int.MinValue, int.MaxValue),
        DType.Int64 => (long.MinValue, long.MaxValue),
        DType.UInt8 => (0, byte.MaxValue),
        DType.UInt16 => (0, ushort.MaxValue),
        DType.UInt32 => (0, uint.MaxValue),
        DType.UInt64 => (0, long.MaxValue),
        _ => null,
    };

    public static bool IsSigned(this DType type) => type is not (DType.Bool or DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64);

    /// <summary>The order of axes in which each comes once.</summary>
    public static Gen<int[]> Order(int rank) => Gen.Shuffle(Enumerable.Range(0, rank).ToArray());

    /// <summary>Tries an identity: two ways to the same tensor.</summary>
    public static void Hold<T>(this Gen<T> drawn, Func<T, (Tensor, Tensor)> ways, Func<T, string>? print = null) => drawn.Sample(
        value =>
        {
            (Tensor left, Tensor right) = ways(value);
            Same(left, right);
        },
        threads: 1,
        print: print ?? (value => $"{value}"));

    public static void Same(Tensor left, Tensor right)
    {
        Assert.True(left.DType == right.DType, $"one way gives {left.DType}, the other {right.DType}");
        Assert.True(left.Shape.Equals(right.Shape), $"one way gives the shape {left.Shape}, the other {right.Shape}");
        double[] ours = Doubles(left), theirs = Doubles(right);
        Assert.True(ours.AsSpan().SequenceEqual(theirs), $"one way gives [{Shown(ours)}], the other [{Shown(theirs)}]");
    }

    public static double[] Doubles(Tensor tensor)
    {
        double[] numbers = new double[tensor.Length];
        tensor.CopyToDoubles(numbers);
        return numbers;
    }

    private static string Shown(double[] numbers) => string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}
