using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// An update of a table by the gradients of the rows that were looked up: what the rule makes of the whole table and of the gradient that
/// <see cref="ScatterAdd"/> would spread over it, to the bit, in time and memory that grow with the rows looked up. Its inputs are the
/// table, the slots, for each look-up its rows' gradients and its indices, then the scalars; its outputs the next table and slots.
/// </summary>
/// <param name="Rule">The rule; it leaves elements alone whose gradient is 0.</param>
/// <param name="Lookups">How many look-ups there are.</param>
internal sealed partial record SparseUpdate(UpdateRule Rule, int Lookups) : Primitive
{
    public override string Name => $"{Rule.Name} of rows";

    internal override bool IsOnePass => true;

    internal override bool MayOverwrite(int input, int output = 0) => input == output;

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output)
    {
        double elements = 0;
        for (int lookup = 0; lookup < Lookups; lookup++)
            elements += inputs[RowsOf(lookup, inputs.Length - 1 - (2 * Lookups))].Shape.ElementCount;
        return elements;
    }

    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => inputs[..^((2 * Lookups) + 1)].ToArray();

    protected override void Run(in KernelArguments arguments)
    {
        if (arguments.InputSpec(0).DType == DType.Float32)
            Run<float>(arguments);
        else
            Run<double>(arguments);
    }

    private void Run<T>(in KernelArguments arguments) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Shape table = arguments.InputSpec(0).Shape;
        int count = 0;
        for (int lookup = 0; lookup < Lookups; lookup++)
            count += arguments.InputTensor(RowsOf(lookup, arguments.OutputCount) + 1).Length;
        UpdatedParts<T> parts = new(Rule, arguments);
        using RowOrder order = new(count);
        // Before anything is written: an index may lie outside.
        int next = 0;
        for (int lookup = 0; lookup < Lookups; lookup++)
        {
            foreach (int index in new IndexedRows(Name, table, 0, arguments.Input<int>(RowsOf(lookup, arguments.OutputCount) + 1)).Indices)
                order.Set(next++, index);
        }

        order.Sort(table[0]);
        if (parts.AreApart)
            Stretches.Share(table.ElementCount, new Copying<T>(parts));
        RowUpdates<T> updates = new(parts, arguments.Inputs, arguments.OutputCount, order, table.CountOf(1..));
        Workers.For(updates.Tasks, ref updates);
        parts.KeepAlive();
    }

    // Behind the table and the slots; the indices follow.
    private static int RowsOf(int lookup, int parts) => parts + (2 * lookup);

    private readonly struct Copying<T>(UpdatedParts<T> parts) : IStretchWork where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int first, int count) => parts.Copy(first, count);
    }

    /// <summary>
    /// The rows of the table, each changed by one thread once its gradients are summed: first those of each look-up in the order of its
    /// indices, then the look-ups' sums, as the sum of several <see cref="ScatterAdd"/> has it.
    /// </summary>
    /// <param name="parts">The table and the slots.</param>
    /// <param name="inputs">The operation's inputs.</param>
    /// <param name="firstRows">Where the first look-up's gradients are among them.</param>
    /// <param name="order">The positions of all look-ups, in the table's order.</param>
    /// <param name="width">A row's elements.</param>
    private readonly struct RowUpdates<T>(UpdatedParts<T> parts, Tensor[] inputs, int firstRows, RowOrder order, int width) : IWork
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Far enough for a row to arrive while those before it are changed.
        private const int Ahead = 4;

        private int Positions => Math.Max(1, Stretches.TaskLength / Math.Max(1, width));

        public int Tasks => Rounding.DivideUp(order.Count, Positions);

        // A row belongs to the task in which its first position lies.
        public void Run(int task)
        {
            Span<T> room = stackalloc T[3 * TileProgram.TileLength];
            Span<T> gradient = room[..TileProgram.TileLength], partial = room.Slice(TileProgram.TileLength, TileProgram.TileLength), scaled = room[^TileProgram.TileLength..];
            for (int first = task * Positions; first < Math.Min(order.Count, (task + 1) * Positions); first++)
            {
                if (first + Ahead < order.Count)
                    parts.PrefetchStretch(order.RowAt(first + Ahead) * width, width);
                int row = order.RowAt(first), end = first + 1;
                if (first > 0 && order.RowAt(first - 1) == row)
                    continue;
                while (end < order.Count && order.RowAt(end) == row)
                    end++;
                for (int column = 0; column < width; column += TileProgram.TileLength)
                {
                    int elements = Math.Min(TileProgram.TileLength, width - column);
                    Sum(first, end, column, gradient[..elements], partial[..elements]);
                    parts.Change((row * width) + column, gradient[..elements], scaled);
                }
            }
        }

        private void Sum(int first, int end, int column, Span<T> sum, Span<T> partial)
        {
            int current = -1;
            Span<T> target = sum;
            target.Clear();
            for (int place = first; place < end; place++)
            {
                int rows = firstRows, position = order.PositionAt(place);
                while (position >= inputs[rows + 1].Length)
                {
                    position -= inputs[rows + 1].Length;
                    rows += 2;
                }

                if (current >= 0 && current != rows)
                {
                    if (target != sum)
                        TensorPrimitives.Add(sum, target, sum);
                    target = partial;
                    target.Clear();
                }

                current = rows;
                TensorPrimitives.Add(target, inputs[rows].AsSpan<T>().Slice((position * width) + column, sum.Length), target);
            }

            if (target != sum)
                TensorPrimitives.Add(sum, target, sum);
        }
    }
}
