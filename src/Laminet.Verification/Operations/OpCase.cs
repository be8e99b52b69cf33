using Laminet.Tensors.Autodiff;

namespace Laminet.Verification.Operations;

/// <summary>One row of the table: an operation, inputs, and what it must give.</summary>
internal sealed class OpCase
{
    /// <summary>The types that kernels compute in.</summary>
    public static readonly DType[] Computed = [DType.Float32, DType.Float64];

    public static readonly DType[] Floats = [.. Computed, DType.Float16, DType.BFloat16];

    public static readonly DType[] Integers =
        [DType.Int8, DType.Int16, DType.Int32, DType.Int64, DType.UInt8, DType.UInt16, DType.UInt32, DType.UInt64];

    public static readonly DType[] Numbers = [.. Floats, .. Integers];

    public static readonly DType[] All = [.. Numbers, DType.Bool];

    public OpCase(string name, Grid[] inputs, Func<Tensor[], Tensor> function, Func<Grid[], Grid> reference)
    {
        (Name, Inputs, Function) = (name, inputs, function);
        Differentiable = [.. Enumerable.Range(0, inputs.Length).Where(input => inputs[input].Type is null)];
        (Outputs, References) = (tensors => [function(tensors)], grids => [reference(grids)]);
    }

    /// <summary>A row of several outputs; a reference says the type of one that does not have the row's.</summary>
    public OpCase(string name, Grid[] inputs, Func<Tensor[], Tensor[]> outputs, Func<Grid[], Grid[]> references)
        : this(name, inputs, tensors => Joined(outputs(tensors)), grids => references(grids)[0]) => (Outputs, References) = (outputs, references);

    public string Name { get; }

    /// <summary>The public operation that the row is about; by default the one that the row's name begins with.</summary>
    public string Subject
    {
        get => field ?? OperationNames.AtTheBeginningOf(Name) ?? throw new InvalidOperationException($"The row '{Name}' does not begin with an operation's name. Set its Subject.");
        init;
    }

    public Grid[] Inputs { get; }

    /// <summary>The output; of several, all that have a gradient, one after the other.</summary>
    public Func<Tensor[], Tensor> Function { get; }

    /// <summary>All outputs.</summary>
    public Func<Tensor[], Tensor[]> Outputs { get; }

    /// <summary>The same in plain loops over doubles.</summary>
    public Func<Grid[], Grid[]> References { get; }

    /// <summary>The element types the row is run with.</summary>
    public DType[] Types { get; init; } = Floats;

    /// <summary>The output's type where it is not the row's.</summary>
    public DType? OutputType { get; init; }

    /// <summary>The output's type where it depends on the row's.</summary>
    public Func<DType, DType> OutputOf { get; init; } = type => type;

    /// <summary>The inputs whose gradients are checked: by default all that take the row's type.</summary>
    public int[] Differentiable { get; init; }

    /// <summary>How many times the usual rounding error is granted.</summary>
    public double Tolerance { get; init; } = 1;

    /// <summary>Of a large row only some elements' gradients are held to finite differences.</summary>
    public bool Large => Inputs.Sum(input => input.Values.Length) > 5000;

    /// <summary>The element types that a check of this depth takes.</summary>
    public DType[] TypesAt(Depth depth) => depth == Depth.Quick && Large ? Types[..1] : Types;

    /// <summary>How many elements of each input finite differences are taken at: of a large row fewer.</summary>
    public int Points(Depth depth, int most) => (Large, depth) switch
    {
        (false, Depth.Full) => most,
        (false, Depth.Quick) => most / 4,
        (true, Depth.Full) => Math.Max(3, most / 6),
        _ => 1,
    };

    public Tensor[] Tensors(DType type) => [.. Inputs.Select(input => input.In(type).ToTensor(type))];

    public Grid[] Grids(DType type) => [.. Inputs.Select(input => input.In(type))];

    /// <summary>
    /// One function for each choice of outputs that have a gradient, with their numbers one after the other: to the outputs that it leaves
    /// out, no upstream gradient arrives.
    /// </summary>
    public IEnumerable<(string Name, Func<Tensor[], Tensor> Function)> OfSomeOutputs()
    {
        int count = Smooth(Outputs([.. Tensors(DType.Float64).Select(tensor => Tensor.ShapeOnly(tensor.Shape, tensor.DType))])).Length;
        if (count == 1)
            return [(Name, inputs => Smooth(Outputs(inputs))[0])];
        return Enumerable.Range(1, (1 << count) - 1).Select(choice =>
        {
            int[] chosen = [.. Enumerable.Range(0, count).Where(output => (choice >> output & 1) == 1)];
            return ($"{Name}, outputs {string.Join(" and ", chosen)}", (Func<Tensor[], Tensor>)(inputs => Smooth(Outputs(inputs)) is var outputs
                ? Joined([.. chosen.Select(output => outputs[output])])
                : throw new InvalidOperationException()));
        });
    }

    /// <summary>Whether some output has a gradient by some input.</summary>
    public bool HasGradient()
    {
        if (Large || !Types.Contains(DType.Float64))
            return false;
        GradientTape tape = new();
        Tensor[] watched = [.. Tensors(DType.Float64).Where(input => input.DType == DType.Float64).Select(tape.Watch)];
        Queue<Tensor> rest = new(watched);
        Tensor[] outputs = Outputs([.. Tensors(DType.Float64).Select(input => input.DType == DType.Float64 ? rest.Dequeue() : input)]);
        return (from output in outputs where output.Node is not null from input in watched select IsConnected(output, input)).Any(connected => connected);

        bool IsConnected(Tensor output, Tensor input)
        {
            try
            {
                tape.Gradient(output.Sum(), input);
                return true;
            }
            // Not connected, or an operation that has no gradient and says so.
            catch (Exception exception) when (exception is UnconnectedException or NotSupportedException)
            {
                return false;
            }
        }
    }

    public override string ToString() => Name;

    private static Tensor[] Smooth(Tensor[] outputs) => [.. outputs.Where(output => output.DType is DType.Float32 or DType.Float64)];

    // Of whole numbers, the first output stands for all.
    private static Tensor Joined(Tensor[] outputs) => Smooth(outputs) is [_, ..] smooth
        ? Tensor.Concatenate([.. smooth.Select(output => output.Reshape([output.Length]))])
        : outputs[0];
}

/// <summary>All rows, by name.</summary>
internal static class OpCases
{
    private static readonly Lazy<Dictionary<string, OpCase>> Table = new(() => new OpCase[][]
    {
        [.. ElementwiseCases.Rows()],
        [.. RealFunctionCases.Rows()],
        [.. SpecialCases.Rows()],
        [.. ComparisonCases.Rows()],
        [.. ReductionCases.Rows()],
        [.. NormCases.Rows()],
        [.. CumulativeCases.Rows()],
        [.. StatisticsCases.Rows()],
        [.. MovementCases.Rows()],
        [.. ArrangementCases.Rows()],
        [.. VectorProductCases.Rows()],
        [.. IndexingCases.Rows()],
        [.. CreationCases.Rows()],
        [.. SortingCases.Rows()],
        [.. FourierCases.Rows()],
        [.. PlaceCases.Rows()],
        [.. ProductCases.Rows()],
        [.. EinsumCases.Rows()],
        [.. LinearAlgebraCases.Rows()],
        [.. ConvolutionCases.Rows()],
        [.. PoolingCases.Rows()],
        [.. SpatialCases.Rows()],
        [.. ResizeCases.Rows()],
        [.. SamplingCases.Rows()],
        [.. RegionCases.Rows()],
        [.. ImageCases.Rows()],
        [.. BlockCases.Rows()],
        [.. SequenceLossCases.Rows()],
        [.. NormalizationCases.Rows()],
        [.. GroupNormalizationCases.Rows()],
        [.. LayerNormalizationCases.Rows()],
        [.. AttentionCases.Rows()],
        [.. RecurrenceCases.Rows()],
        [.. ProgramCases.Rows()],
        [.. FlowCases.Rows()],
        [.. IntegerCases.Rows()],
        [.. WaveCases.Rows()],
        [.. SetCases.Rows()],
        [.. PatchCases.Rows()],
        [.. SegmentCases.Rows()],
    }.SelectMany(rows => rows).ToDictionary(row => row.Name));

    public static OpCase ByName(string name) => Table.Value[name];

    public static IEnumerable<OpCase> Everything => Table.Value.Values;

    public static IEnumerable<string> Names => Table.Value.Keys;

    public static string Text(int[] shape) => $"({string.Join(",", shape)})";
}
