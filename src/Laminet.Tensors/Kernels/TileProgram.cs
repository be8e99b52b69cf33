using System.Collections.Concurrent;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>One operation of a <see cref="TileProgram"/>.</summary>
/// <param name="Operation">What is computed.</param>
/// <param name="Operands">What it reads: numbers below the count of inputs are inputs, the others earlier steps.</param>
/// <param name="InputType">The first operand's type.</param>
/// <param name="OutputType">The result's type.</param>
internal sealed record TileStep(ITileOperation Operation, int[] Operands, DType InputType, DType OutputType)
{
    /// <summary>The type in which the first operand is given: Float32 for a half.</summary>
    public DType ComputedInput { get; } = InputType.Computed();

    /// <summary>The type in which the result is computed: Float32 for a half.</summary>
    public DType ComputedOutput { get; } = OutputType.Computed();

    /// <summary>True if the result is rounded to a half.</summary>
    public bool Rounds { get; } = OutputType.IsHalf();

    // By value, as primitives are.
    public bool Equals(TileStep? other) => other is not null && Operation.Equals(other.Operation) && Operands.AsSpan().SequenceEqual(other.Operands)
        && InputType == other.InputType && OutputType == other.OutputType;

    public override int GetHashCode() => HashCode.Combine(Operation, Operands.Length, InputType, OutputType);
}

/// <summary>
/// Elementwise operations that run one after the other on a tile while it lies in the first-level cache; the last one's result is
/// the output. What lies between never reaches memory.
/// </summary>
internal sealed class TileProgram
{
    /// <summary>Elements a tile has at most: three of doubles fit in a first-level cache. A task has whole tiles but for the last one.</summary>
    public const int TileLength = Stretches.TaskLength / 32;

    /// <summary>Tiles that the working memory has for each input: one that repeats is laid out for a tile from any place of its period on.</summary>
    public const int TilesOfInput = 2;

    private static readonly ConcurrentDictionary<(DType From, DType To), TileProgram> Casts = new();

    // Where each step's result lies in the working memory, counted in tiles; inputs that have to be gathered come first.
    private readonly int[] places;

    public TileProgram(TileStep[] steps, int inputs)
    {
        for (int step = 0; step < steps.Length; step++)
        {
            // What is not computed yet would be read through a wild pointer.
            if (Array.Exists(steps[step].Operands, operand => operand < 0 || operand >= inputs + step))
                throw new InvalidOperationException($"Engine error: step {step} of a chain reads what does not exist yet. Please report this.");
        }

        Steps = steps;
        Inputs = inputs;
        int largest = steps.Max(step => Math.Max(step.ComputedInput.Size(), step.ComputedOutput.Size()));
        TileBytes = TileLength * largest;
        places = new int[steps.Length];
        Tiles = (TilesOfInput * inputs) + AssignPlaces();
    }

    public TileStep[] Steps { get; }

    /// <summary>How many tensors are read.</summary>
    public int Inputs { get; }

    /// <summary>Bytes one tile takes in the working memory.</summary>
    public int TileBytes { get; }

    /// <summary>Tiles of working memory.</summary>
    public int Tiles { get; }

    /// <summary>For example <c>Add+Relu</c>.</summary>
    public string Name => string.Join('+', Steps.Select(step => step.Operation.Name));

    /// <summary>A conversion alone; the same program every time, so that a call allocates nothing.</summary>
    public static TileProgram Casting(DType from, DType to) =>
        Casts.GetOrAdd((from, to), static types => new TileProgram([new TileStep(new Conversion(types.To), [0], types.From, types.To)], 1));

    /// <summary>This program with its result converted, for one that gathers results in a wider type; itself where that is its type.</summary>
    public TileProgram As(DType computed)
    {
        TileStep last = Steps[^1];
        return last.ComputedOutput == computed
            ? this
            : new TileProgram([.. Steps, new TileStep(new Conversion(computed), [Inputs + Steps.Length - 1], last.OutputType, computed)], Inputs);
    }

    /// <summary>One operation alone.</summary>
    public static TileProgram Of(ITileOperation operation, in KernelArguments arguments)
    {
        int[] operands = new int[arguments.Count];
        for (int i = 0; i < operands.Length; i++)
            operands[i] = i;
        return new TileProgram([new TileStep(operation, operands, arguments.InputSpec(0).DType, arguments.OutputSpec.DType)], operands.Length);
    }

    /// <summary>The last step's shape and type.</summary>
    public TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        TensorSpec[] values = [.. inputs, .. new TensorSpec[Steps.Length]];
        for (int step = 0; step < Steps.Length; step++)
            values[Inputs + step] = Steps[step].Operation.Infer([.. Steps[step].Operands.Select(operand => values[operand])]);
        return values[^1];
    }

    // By value, as primitives are; the places follow from the steps.
    public override bool Equals(object? obj) => obj is TileProgram other && Inputs == other.Inputs && Steps.AsSpan().SequenceEqual(other.Steps);

    public override int GetHashCode() => Steps.Aggregate(Inputs, HashCode.Combine);

    /// <summary>Where a step's result lies in the working memory, in bytes.</summary>
    public int PlaceOf(int step) => places[step] * TileBytes;

    // A place is free again after the last step that reads it: few tiles stay in the cache.
    private int AssignPlaces()
    {
        int[] lastReader = new int[Steps.Length];
        for (int step = 0; step < Steps.Length; step++)
        {
            foreach (int operand in Steps[step].Operands)
            {
                if (operand >= Inputs)
                    lastReader[operand - Inputs] = step;
            }
        }

        Stack<int> free = [];
        int used = 0;
        for (int step = 0; step < Steps.Length; step++)
        {
            places[step] = (TilesOfInput * Inputs) + (free.TryPop(out int place) ? place : used++);
            foreach (int operand in Steps[step].Operands.Distinct())
            {
                if (operand >= Inputs && lastReader[operand - Inputs] == step)
                    free.Push(places[operand - Inputs] - (TilesOfInput * Inputs));
            }
        }

        return used;
    }
}
