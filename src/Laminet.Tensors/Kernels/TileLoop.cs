using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>What an elementwise operation reads and writes of one tile. Valid during the call only.</summary>
internal readonly unsafe ref struct TileArguments
{
    private readonly byte** values;
    private readonly TileStep step;
    private readonly byte* output;
    private readonly int length;

    public TileArguments(byte** values, TileStep step, byte* output, int length)
    {
        this.values = values;
        this.step = step;
        this.output = output;
        this.length = length;
    }

    /// <summary>The type in which the first operand is given: Float32 for a half.</summary>
    public DType InputType => step.ComputedInput;

    /// <summary>The type in which the result is wanted: Float32 for a half, which is rounded afterwards.</summary>
    public DType OutputType => step.ComputedOutput;

    public ReadOnlySpan<T> Input<T>(int operand) where T : unmanaged => new(values[step.Operands[operand]], length);

    public Span<T> Output<T>() where T : unmanaged => new(output, length);
}

/// <summary>
/// The loop of all elementwise operations. Work is cut into tiles whose borders depend on the length alone, so the bits do not depend
/// on the number of threads; an operand with gaps (a broadcast, a transpose) is gathered tile by tile.
/// </summary>
internal static unsafe class TileLoop
{
    /// <summary>Runs a program over all tiles of the output.</summary>
    public static void Run(TileProgram program, in KernelArguments arguments)
    {
        Tensor output = arguments.OutputTensor;
        StridedReader* readers = stackalloc StridedReader[program.Inputs];
        for (int i = 0; i < program.Inputs; i++)
            readers[i] = new StridedReader(arguments.InputTensor(i), output.Shape);
        Region region = new()
        {
            Program = program,
            Readers = readers,
            Output = output.Storage.Pointer + ((nint)output.Offset * output.DType.Size()),
            OutputSize = output.DType.Size(),
            Length = output.Length,
        };
        Workers.For(Stretches.Tasks(region.Length), ref region, &Task);
        GC.KeepAlive(output);
    }

    private static void Task(ref Region region, int task)
    {
        TileProgram program = region.Program;
        int start = task * Stretches.TaskLength, end = start + Math.Min(Stretches.TaskLength, region.Length - start);
        using Scratch<byte> scratch = Scratch.Rent<byte>((nint)program.Tiles * program.TileBytes);
        byte** values = stackalloc byte*[program.Inputs + program.Steps.Length];
        TileRunner runner = new(program, region.Readers, values, scratch.Pointer, end - start);
        // Counted from the task's beginning: the last place of the longest tensor is the largest number there is.
        for (int done = 0; done < end - start; done += TileProgram.TileLength)
            runner.Run(start + done, Math.Min(TileProgram.TileLength, end - start - done), region.Output + ((nint)(start + done) * region.OutputSize));
    }

    private struct Region
    {
        public TileProgram Program;
        public StridedReader* Readers;
        public byte* Output;
        public int OutputSize;
        public int Length;
    }
}
