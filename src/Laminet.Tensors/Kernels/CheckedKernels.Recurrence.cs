using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <content>Recurrences over sequences.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>Inputs and outputs as the block of that name has them.</summary>
    public static void Recurrence(RecurrenceKind kind, bool reverse, Tensor[] inputs, int firstState, Tensor? mask, Tensor?[] outputs)
    {
        int states = RecurrenceSizes.States(kind), rows = inputs[0].Shape[0], time = inputs[0].Shape[1], units = inputs[1].Shape[0], gates = RecurrenceSizes.Gates(kind);
        RequireRecurrence(inputs, outputs, mask, rows, time);
        Require(inputs[0].Shape[2] == gates * units && inputs[1].Length == (long)gates * units * units && (firstState == 2 || inputs[2].Length == gates * units), "weights of a recurrence");
        for (int i = 0; i < states; i++)
        {
            RequireLength(inputs[firstState + i], (long)rows * units);
            RequireLength(outputs[1 + i], (long)rows * units);
        }

        RequireLength(outputs[0], (long)rows * time * units);
        Tensor? kept = outputs.Length > 1 + states ? outputs[1 + states] : null, cells = outputs.Length > 2 + states ? outputs[2 + states] : null;
        RequireLength(kept, 4L * rows * time * units);
        RequireLength(cells, (long)rows * time * units);
        if (inputs[0].DType == DType.Float32)
            Run<float>();
        else
            Run<double>();
        KeepAlive(inputs, outputs);
        GC.KeepAlive(mask);

        void Run<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            RecurrenceCall<T> call = new()
            {
                Sums = P<T>(inputs[0]),
                Recurrent = P<T>(inputs[1]),
                Bias = firstState == 3 ? P<T>(inputs[2]) : null,
                FirstState = P<T>(inputs[firstState]),
                FirstCell = states == 2 ? P<T>(inputs[firstState + 1]) : null,
                Outputs = Wanted<T>(outputs[0]),
                LastState = Wanted<T>(outputs[1]),
                LastCell = states == 2 ? Wanted<T>(outputs[2]) : null,
                Kept = Wanted<T>(kept),
                Cells = Wanted<T>(cells),
                Mask = Wanted<bool>(mask),
                Rows = rows,
                Time = time,
                Units = units,
                Gates = gates,
                Reverse = reverse,
            };
            switch (kind)
            {
                case RecurrenceKind.Simple: RecurrenceForward<SimpleStep<T>, T>.Run(call); break;
                case RecurrenceKind.LongShortTermMemory: RecurrenceForward<LongShortTermMemoryStep<T>, T>.Run(call); break;
                default: RecurrenceForward<GatedStep<T>, T>.Run(call); break;
            }
        }
    }

    /// <summary>Inputs and outputs as the block of that name has them.</summary>
    public static void RecurrenceGradient(RecurrenceKind kind, bool reverse, Tensor[] inputs, Tensor? byOutputs, Tensor? mask, Tensor?[] outputs)
    {
        int states = RecurrenceSizes.States(kind), keeps = RecurrenceSizes.Kept(kind).Length, gates = RecurrenceSizes.Gates(kind), last = 2 + states + keeps;
        Tensor each = inputs[1 + states];
        int rows = each.Shape[0], time = each.Shape[1], units = each.Shape[2];
        RequireRecurrence(inputs, outputs, mask, rows, time);
        Require(inputs[0].Length == (long)gates * units * units, "weights of a recurrence");
        for (int i = 0; i < states; i++)
        {
            RequireLength(inputs[1 + i], (long)rows * units);
            RequireLength(inputs[last + i], (long)rows * units);
            RequireLength(outputs[outputs.Length - states + i], (long)rows * units);
        }

        for (int i = 0; i < outputs.Length - states; i++)
            RequireLength(outputs[i], (long)gates * rows * time * units);
        RequireLength(byOutputs, each.Length);
        Require(keeps < 1 || inputs[2 + states].Length == 4L * each.Length, "size of what a recurrence kept");
        Require(keeps < 2 || inputs[3 + states].Length == each.Length, "size of what a recurrence kept");
        if (each.DType == DType.Float32)
            Run<float>();
        else
            Run<double>();
        KeepAlive(inputs, outputs);
        GC.KeepAlive(byOutputs);
        GC.KeepAlive(mask);

        void Run<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            RecurrenceCall<T> call = new()
            {
                Sums = Wanted<T>(outputs[0]),
                ProductSums = outputs.Length > 1 + states ? Wanted<T>(outputs[1]) : null,
                Recurrent = P<T>(inputs[0]),
                StartState = P<T>(inputs[1]),
                StartCell = states == 2 ? P<T>(inputs[2]) : null,
                FirstState = P<T>(inputs[last]),
                FirstCell = states == 2 ? P<T>(inputs[last + 1]) : null,
                LastState = Wanted<T>(outputs[^states]),
                LastCell = states == 2 ? Wanted<T>(outputs[^1]) : null,
                Outputs = P<T>(each),
                ByOutputs = Wanted<T>(byOutputs),
                Kept = keeps > 0 ? P<T>(inputs[2 + states]) : null,
                Cells = keeps > 1 ? P<T>(inputs[3 + states]) : null,
                Mask = Wanted<bool>(mask),
                Rows = rows,
                Time = time,
                Units = units,
                Gates = gates,
                Reverse = reverse,
            };
            switch (kind)
            {
                case RecurrenceKind.Simple: RecurrenceBackward<SimpleStep<T>, T>.Run(call); break;
                case RecurrenceKind.LongShortTermMemory: RecurrenceBackward<LongShortTermMemoryStep<T>, T>.Run(call); break;
                default: RecurrenceBackward<GatedStep<T>, T>.Run(call); break;
            }
        }
    }

    private static void RequireRecurrence(Tensor[] inputs, Tensor?[] outputs, Tensor? mask, int rows, int time)
    {
        Require(Array.TrueForAll(inputs, input => input.IsContiguous) && Array.TrueForAll(outputs, output => output is not { IsContiguous: false }), "strides of a recurrence");
        Require(mask is null || (mask.DType == DType.Bool && mask.Length == (long)rows * time), "size of a mask");
    }

    private static void RequireLength(Tensor? tensor, long length) => Require(tensor is null || tensor.Length == length, "sizes of a recurrence");

    private static void KeepAlive(Tensor[] inputs, Tensor?[] outputs)
    {
        GC.KeepAlive(inputs);
        GC.KeepAlive(outputs);
    }
}
