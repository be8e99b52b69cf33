using System.Runtime.CompilerServices;

namespace Laminet.OpInfo;

/// <summary>A complex tensor.</summary>
internal sealed record Pair(Tensor Real, Tensor Imaginary);

/// <summary>The arguments of one sample, by position or name as PyTorch takes them; tensors whose gradient is asked for are those of <paramref name="watched"/>.</summary>
internal sealed class Arguments(Sample sample, IReadOnlyList<Tensor>? watched, bool asVectors = false)
{
    /// <summary>The first argument.</summary>
    public Tensor X => T(0);

    /// <summary>The same with vectors of one element for scalars.</summary>
    public Arguments AsVectors() => new(sample, watched, true);

    public string Process => sample.Process;

    public int Count => sample.Positional.Count;

    public DType Float => Leaves.Select(leaf => leaf.Value.DType).FirstOrDefault(type => type is DType.Float32 or DType.Float64, DType.Float32);

    private IEnumerable<Leaf> Leaves => All(sample.Positional.Concat(sample.Keywords.Values));

    public object? Raw(int position, string? name = null) =>
        name is not null && sample.Keywords.TryGetValue(name, out object? named) ? named : position >= 0 && position < Count ? sample.Positional[position] : null;

    public bool Has(int position, string? name = null) => Raw(position, name) is not null;

    public bool IsTensor(int position, string? name = null) => Raw(position, name) is Leaf;

    public bool IsComplex(int position, string? name = null) => Raw(position, name) is Leaf { Complex: true };

    public Tensor T(int position, string? name = null) => Maybe(position, name) ?? throw new InvalidOperationException($"The sample has no tensor at {position} {name}.");

    public Tensor? Maybe(int position, string? name = null) => Raw(position, name) is Leaf leaf ? Now(leaf) : null;

    /// <summary>A tensor, or a number as a tensor of the same type as the first.</summary>
    public Tensor Operand(int position, string? name = null, double otherwise = double.NaN) => Raw(position, name) switch
    {
        Leaf leaf => Now(leaf),
        null => Tensor.Scalar(otherwise, Float),
        bool flag => Tensor.Scalar(flag),
        long whole when IsTensor(0) && !IsFloat(T(0)) => Tensor.Scalar(whole, T(0).DType),
        object number => Tensor.Scalar(Double(number), Float),
    };

    /// <summary>A complex tensor; a real one has imaginary parts of 0.</summary>
    public Pair C(int position, string? name = null)
    {
        var leaf = (Leaf)Raw(position, name)!;
        if (!leaf.Complex)
            return new Pair(Now(leaf), Now(leaf).ZerosLike());
        (Tensor real, Tensor imaginary) = Now(leaf).ViewAsComplex();
        return new Pair(real, imaginary);
    }

    public Tensor[] List(int position, string? name = null) => Raw(position, name) switch
    {
        Leaf leaf => [Now(leaf)],
        object?[] items => [.. items.Select(item => Now((Leaf)item!))],
        _ => throw new InvalidOperationException($"The sample has no tensors at {position} {name}."),
    };

    /// <summary>All tensors from a position on, as of a function with any number of them.</summary>
    public Tensor[] Rest(int position) => [.. All(sample.Positional.Skip(position)).Select(Now)];

    public int Int(int position, string? name = null, int? otherwise = null) => Raw(position, name) switch
    {
        null => otherwise ?? throw new InvalidOperationException($"The sample has no number at {position} {name}."),
        Leaf leaf => (int)Now(leaf).ToDouble(),
        object number => (int)Double(number),
    };

    public double Num(int position, string? name = null, double? otherwise = null) => Raw(position, name) switch
    {
        null => otherwise ?? throw new InvalidOperationException($"The sample has no number at {position} {name}."),
        Leaf leaf => Now(leaf).ToDouble(),
        object number => Double(number),
    };

    public bool Flag(int position, string? name = null, bool otherwise = false) => Raw(position, name) switch { null => otherwise, bool flag => flag, object number => Double(number) != 0 };

    public string Text(int position, string? name = null, string otherwise = "") => Raw(position, name) as string ?? otherwise;

    public int[] Ints(int position, string? name = null) => Raw(position, name) switch
    {
        object?[] items => [.. items.Select(item => (int)Double(item!))],
        Leaf leaf => [.. Numbers.Of(Now(leaf)).Select(number => (int)number)],
        null => [],
        object number => [(int)Double(number)],
    };

    /// <summary>Numbers given one after another, as in f(x, 2, 3), or as a list.</summary>
    public int[] RestInts(int position, string? name = null) =>
        Raw(position, name) is object?[] or null ? Ints(position, name) : [.. sample.Positional.Skip(position).Select(item => (int)Double(item!))];

    /// <summary>A number for each of some axes: one given for all, or a list.</summary>
    public int[] Each(int position, string name, int count, int otherwise)
    {
        int[] given = Ints(position, name);
        return given.Length == 0 ? [.. Enumerable.Repeat(otherwise, count)] : given.Length == 1 ? [.. Enumerable.Repeat(given[0], count)] : given;
    }

    /// <summary>The axes to reduce along; none given, or an empty list, means all.</summary>
    public Axes Axes(int position, string? name = null)
    {
        int[] given = Ints(position, name);
        return given.Length == 0 ? Laminet.Tensors.Axes.All : given;
    }

    public DType? Type(int position, string? name = null) => Raw(position, name) is TypeName type ? Numbers.TypeOf(type.Name) : null;

    public IReadOnlyDictionary<string, object?> Keywords => sample.Keywords;

    private static bool IsFloat(Tensor tensor) => tensor.DType is DType.Float32 or DType.Float64;

    private static double Double(object number) => number switch
    {
        long whole => whole,
        double value => value,
        bool flag => flag ? 1 : 0,
        _ => throw new InvalidOperationException($"Expected a number, received {number}."),
    };

    private static IEnumerable<Leaf> All(IEnumerable<object?> items) => items.SelectMany(item => item switch
    {
        Leaf leaf => [leaf],
        object?[] inner => All(inner),
        _ => [],
    });

    private Tensor Now(Leaf leaf)
    {
        int index = watched is null || !leaf.Wanted ? -1 : IndexOf(leaf);
        Tensor value = index < 0 ? leaf.Value : watched![index];
        return asVectors && value.Rank == 0 ? value.Reshape(1) : value;
    }

    private int IndexOf(Leaf leaf)
    {
        int index = 0;
        foreach (Leaf wanted in sample.Wanted)
        {
            if (ReferenceEquals(wanted, leaf))
                return index;
            index++;
        }
        return -1;
    }
}

/// <summary>Numbers of tensors, and names of types.</summary>
internal static class Numbers
{
    public static double[] Of(Tensor tensor)
    {
        double[] numbers = new double[tensor.Length];
        tensor.CopyToDoubles(numbers);
        return numbers;
    }

    public static DType TypeOf(string name) => name switch
    {
        "float32" => DType.Float32,
        "float64" => DType.Float64,
        "float16" => DType.Float16,
        "bfloat16" => DType.BFloat16,
        "int64" => DType.Int64,
        "int32" => DType.Int32,
        "int16" => DType.Int16,
        "int8" => DType.Int8,
        "uint8" => DType.UInt8,
        "bool" => DType.Bool,
        _ => throw new NotSupportedException($"There is no element type {name}."),
    };

    public static Tensor[] Flat(object? result) => result switch
    {
        Tensor tensor => [tensor],
        Pair pair => [Tensor.ViewAsReal(pair.Real, pair.Imaginary)],
        bool flag => [Tensor.Scalar(flag)],
        int number => [Tensor.Scalar(number)],
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).SelectMany(i => Flat(tuple[i]))],
        IEnumerable<object> items => [.. items.SelectMany(Flat)],
        null => [],
        _ => throw new InvalidOperationException($"A counterpart returned {result.GetType().Name}."),
    };
}
