using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// A step of a neural Turing machine: an LSTM that reads and writes a memory M of slots, (slots, width), through heads. The LSTM sees the input and what was read a step before: [i, f, g, o] = [x, r, h] W + b,
/// c' = sigmoid(f + 1) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c'). From h' each head computes, by weights of its own, a key k = tanh, its strength β = softplus, a gate g = sigmoid, shifts s = softmax and a sharpness γ = 1 + softplus; these and its weighting of the step before give its weighting w (<see cref="MemoryAddressing"/>). A reading head
/// reads r = sum over i of w_i M_i. A writing head also computes what it erases, e = sigmoid, and adds, a = tanh: M_i' = M_i (1 - w_i e) + w_i a; where there are several, all erase before any adds. All heads read before the memory changes.
/// Output [h, r]; states h, the LSTM's c, r, the weightings (heads, slots), those of the reading heads first, and M.
/// </summary>
/// <remarks>
/// At first every number of the memory is 1e-6; what was read and the weightings are learned, the weightings from all at the first slot on.
/// (Graves, Wayne and Danihelka, "Neural Turing machines", 2014; first states: Collier and Beel, "Implementing neural Turing machines", ICANN 2018.) Before <c>Model.Load</c> in a new process, call <see cref="ModelCatalog.RegisterLayers"/>.
/// </remarks>
/// <example><code>
/// RNN machine = new(new NTMCell(units: 100, slots: 128, width: 20), returnSequences: true);
/// Tensor outputs = machine.Call(x);                          // (batch, time, features) to (batch, time, 120)
/// </code></example>
public sealed class NTMCell : RecurrentCell
{
    private const double FirstMemory = 1e-6;

    private Variable? kernel, bias, headsKernel, headsBias, firstReads, firstWeightings;

    static NTMCell() => Registry.Register<NTMCell>("ntm_cell");

    /// <summary>Creates the cell.</summary>
    /// <param name="units">The units of the LSTM.</param>
    /// <param name="slots">How many slots the memory has.</param>
    /// <param name="width">How many numbers a slot holds.</param>
    /// <param name="readHeads">How many heads read.</param>
    /// <param name="writeHeads">How many heads write.</param>
    /// <param name="shiftRange">By how many slots a head can move in one step, in either direction.</param>
    public NTMCell(int units, int slots = 128, int width = 20, int readHeads = 1, int writeHeads = 1, int shiftRange = 1)
    {
        Units = Setting.Require(units, units >= 1, "1 or more");
        Slots = Setting.Require(slots, slots >= 1, "1 or more");
        Width = Setting.Require(width, width >= 1, "1 or more");
        ReadHeads = Setting.Require(readHeads, readHeads >= 1, "1 or more");
        WriteHeads = Setting.Require(writeHeads, writeHeads >= 1, "1 or more");
        ShiftRange = Setting.Require(shiftRange, shiftRange >= 0 && (2L * shiftRange) + 1 <= slots, $"0 or more, with 2 x {nameof(shiftRange)} + 1 at most the {slots} slots");
    }

    /// <summary>The units of the LSTM.</summary>
    public int Units { get; }

    /// <summary>How many slots the memory has.</summary>
    public int Slots { get; }

    /// <summary>How many numbers a slot holds.</summary>
    public int Width { get; }

    /// <summary>How many heads read.</summary>
    public int ReadHeads { get; }

    /// <summary>How many heads write.</summary>
    public int WriteHeads { get; }

    /// <summary>By how many slots a head can move in one step, in either direction.</summary>
    public int ShiftRange { get; }

    private int Heads => ReadHeads + WriteHeads;

    private int Shifts => (2 * ShiftRange) + 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> StateShapes(Shape step) => [[Units], [Units], [ReadHeads * Width], [Heads, Slots], [Slots, Width]];

    /// <inheritdoc/>
    public override Bundle<Tensor> InitialStates(Shape step)
    {
        Tensor zeros = Tensor.Zeros([step[0], Units], DType);
        return
        [
            zeros, zeros, firstReads!.Value.Tanh().BroadcastTo([step[0], ReadHeads * Width]), firstWeightings!.Value.Softmax().BroadcastTo([step[0], Heads, Slots]),
            Tensor.Full([step[0], Slots, Width], FirstMemory, DType),
        ];
    }

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank != 2)
            throw new ShapeException($"received steps of shape {input}; expected (batch, features).");
        int told = (Heads * (Width + 3 + Shifts)) + (2 * WriteHeads * Width);
        kernel = AddWeight("kernel", [input[1] + (ReadHeads * Width) + Units, 4 * Units], new GlorotUniform());
        bias = AddWeight("bias", [4 * Units], new Zeros());
        headsKernel = AddWeight("heads_kernel", [Units, told], new GlorotUniform());
        headsBias = AddWeight("heads_bias", [told], new Zeros());
        firstReads = AddWeight("first_reads", [ReadHeads * Width], new RandomNormal(stddev: 0.5));
        firstWeightings = AddWeight("first_weightings", [Heads, Slots], new FirstSlot());
    }

    /// <inheritdoc/>
    protected override (Tensor Output, Bundle<Tensor> States) Step(Tensor input, Bundle<Tensor> states, CallContext context)
    {
        (Tensor output, Tensor cell, Tensor reads, Tensor weightings, Tensor memory) = (states[0], states[1], states[2], states[3], states[4]);
        if (input.Shape[-1] + reads.Shape[-1] + Units != kernel!.Shape[0])
            throw new ShapeException($"received {input.Shape[-1]} features a step; the layer was built for {kernel.Shape[0] - reads.Shape[-1] - Units}. Give as many, or make a new layer.");
        Tensor[] gates = (Tensor.Concatenate([input, reads, output], -1).MatMul(kernel.Value) + bias!.Value).Split(4, -1);
        cell = ((gates[1] + 1).Sigmoid() * cell) + (gates[0].Sigmoid() * gates[2].Tanh());
        output = gates[3].Sigmoid() * cell.Tanh();

        Tensor told = output.MatMul(headsKernel!.Value) + headsBias!.Value;
        int place = 0;
        Tensor key = Told(Heads, Width).Tanh(), strength = Told(Heads, 1).Softplus(), gate = Told(Heads, 1).Sigmoid(), sharpness = 1 + Told(Heads, 1).Softplus();
        Tensor shifts = Told(Heads, Shifts).Softmax(), erased = Told(WriteHeads, Width).Sigmoid(), added = Told(WriteHeads, Width).Tanh();

        Tensor content = MemoryAddressing.Content(key, strength, memory);
        weightings = MemoryAddressing.Sharpen(MemoryAddressing.Shift(MemoryAddressing.Interpolate(content, weightings, gate), shifts), sharpness);
        reads = (weightings.Slice(0, ReadHeads, axis: 1).ExpandDims(-1) * memory.ExpandDims(1)).Sum(2).Reshape(-1, ReadHeads * Width);
        memory = Written(memory, weightings.Slice(ReadHeads, axis: 1), erased, added);
        return (Tensor.Concatenate([output, reads], -1), [output, cell, reads, weightings, memory]);

        // The next numbers of what the LSTM tells the heads.
        Tensor Told(int heads, int numbers)
        {
            Tensor part = told.Slice(place, place + (heads * numbers), axis: -1).Reshape(-1, heads, numbers);
            place += heads * numbers;
            return part;
        }
    }

    private static Tensor Written(Tensor memory, Tensor weightings, Tensor erased, Tensor added)
    {
        Tensor? kept = null, sum = null;
        for (int head = 0; head < weightings.Shape[1]; head++)
        {
            Tensor weighting = weightings.At(head, axis: 1).ExpandDims(-1);
            Tensor keeps = 1 - (weighting * erased.At(head, axis: 1).ExpandDims(1)), adds = weighting * added.At(head, axis: 1).ExpandDims(1);
            (kept, sum) = (kept is null ? keeps : kept * keeps, sum is null ? adds : sum + adds);
        }

        return (memory * kept!) + sum!;
    }

    // Logits of weightings that all but stand at the first slot. Blurred ones are much harder to learn from: with all slots alike it is the only place that a head can tell from others.
    private sealed class FirstSlot : Initializer
    {
        public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) =>
            Tensor.Full([shape[0], 1], 10, dtype).Pad([(0, 0), (0, shape[1] - 1)]);
    }
}
