using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>A program at work on one thread: it computes tiles into any place.</summary>
internal readonly unsafe ref struct TileRunner
{
    private readonly TileProgram program;
    private readonly StridedReader* readers;
    private readonly byte** values;
    private readonly byte* memory;

    /// <summary>Prepares a thread's work.</summary>
    /// <param name="program">What is computed.</param>
    /// <param name="readers">Its inputs.</param>
    /// <param name="values">Room for the places of its inputs and steps.</param>
    /// <param name="memory">Working memory of <see cref="TileProgram.Tiles"/> tiles.</param>
    /// <param name="longest">Elements that a tile will have at most, where they are fewer than a tile holds.</param>
    public TileRunner(TileProgram program, StridedReader* readers, byte** values, byte* memory, int longest)
    {
        this.program = program;
        this.readers = readers;
        this.values = values;
        this.memory = memory;
        for (int i = 0; i < program.Inputs; i++)
        {
            ref StridedReader reader = ref readers[i];
            int tile = Math.Min(TileProgram.TileLength, longest), period = reader.Period;
            values[i] = Room(i);
            if (!reader.IsReady && reader.IsConstant)
                reader.Load(0, tile, values[i]);
            else if (Repeats(period))
                reader.Load(0, Math.Min(tile + period, period * reader.Length(0)), values[i]);
        }
    }

    /// <summary>
    /// Computes a tile's elements from <paramref name="start"/> on. Halves are computed in Float32 and each step's result is rounded, so a
    /// chain gives what its operations give one by one; where <paramref name="wide"/>, the last step's result stays Float32 when it is rounded.
    /// </summary>
    public void Run(int start, int length, byte* destination, bool wide = false)
    {
        int inputs = program.Inputs;
        for (int i = 0; i < inputs; i++)
        {
            ref StridedReader reader = ref readers[i];
            if (reader.IsReady)
                values[i] = reader.At(start);
            else if (Repeats(reader.Period))
                values[i] = Room(i) + (start % reader.Period * reader.ComputedSize);
            else if (!reader.IsConstant)
                reader.Load(start, length, values[i]);
        }

        TileStep[] steps = program.Steps;
        for (int step = 0; step < steps.Length; step++)
        {
            TileStep current = steps[step];
            bool isLast = step == steps.Length - 1;
            byte* result = isLast && (wide || !current.Rounds) ? destination : memory + program.PlaceOf(step);
            values[inputs + step] = result;
            current.Operation.Tile(new TileArguments(values, current, result, length));
            if (current.Rounds)
                Round(current.OutputType, (float*)result, length, isLast && !wide ? destination : null);
        }
    }

    private byte* Room(int input) => memory + ((nint)input * TileProgram.TilesOfInput * program.TileBytes);

    // Short enough for a tile and a period to lie in an input's room.
    private static bool Repeats(int period) => period is > 0 and <= TileProgram.TileLength;

    // Apart from the loop, which is short for all other types.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Round(DType type, float* result, int length, byte* destination)
    {
        if (destination is null)
            HalfNumbers.Round(type, new(result, length));
        else
            HalfNumbers.Narrow(type, new(result, length), new(destination, length));
    }
}
