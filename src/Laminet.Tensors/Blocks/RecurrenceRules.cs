using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Blocks;

/// <summary>What tells the recurrences apart, and one step of each in tensor operations.</summary>
internal static class RecurrenceRules
{
    /// <summary>Which input is the first state: weights come before, for gated units with a bias.</summary>
    public static int FirstState(RecurrenceKind kind) => kind == RecurrenceKind.Gated ? 3 : 2;

    public static string MethodOf(RecurrenceKind kind) => kind switch
    {
        RecurrenceKind.Simple => nameof(Tensor.SimpleRecurrence),
        RecurrenceKind.LongShortTermMemory => nameof(Tensor.LongShortTermMemory),
        _ => nameof(Tensor.GatedRecurrence),
    };

    public static string Columns(RecurrenceKind kind) => kind == RecurrenceKind.Simple ? "units" : $"{RecurrenceSizes.Gates(kind)} * units";

    /// <summary>The next states, and the gates that are kept.</summary>
    public static (Tensor[] States, Tensor[] Gates) Step(RecurrenceKind kind, Tensor x, Tensor[] weights, Tensor[] states)
    {
        Tensor product = states[0].MatMul(weights[0]);
        switch (kind)
        {
            case RecurrenceKind.Simple:
                return ([(x + product).Tanh()], []);
            case RecurrenceKind.LongShortTermMemory:
                {
                    Tensor[] sums = (x + product).Split(4);
                    Tensor i = sums[0].Sigmoid(), f = sums[1].Sigmoid(), g = sums[2].Tanh(), o = sums[3].Sigmoid();
                    Tensor cell = (f * states[1]) + (i * g);
                    return ([o * cell.Tanh(), cell], [Tensor.Concatenate([i, f, g, o])]);
                }

            default:
                {
                    Tensor[] inputs = x.Split(3), sums = (product + weights[1]).Split(3);
                    Tensor z = (inputs[0] + sums[0]).Sigmoid(), r = (inputs[1] + sums[1]).Sigmoid(), g = (inputs[2] + (r * sums[2])).Tanh();
                    return ([(z * states[0]) + ((1 - z) * g)], [Tensor.Concatenate([z, r, g, sums[2]])]);
                }
        }
    }

    /// <summary>The gradients by x and, where it is another, by h U + b; and those by the states before, without the part through h U.</summary>
    /// <param name="kind">Which recurrence.</param>
    /// <param name="output">h after the step.</param>
    /// <param name="befores">The states before it.</param>
    /// <param name="kept">What was kept of it.</param>
    /// <param name="arrived">The gradients by the states after it.</param>
    public static (Tensor[] Sums, Tensor[] States) StepGradient(RecurrenceKind kind, Tensor output, Tensor[] befores, Tensor[] kept, Tensor[] arrived)
    {
        switch (kind)
        {
            case RecurrenceKind.Simple:
                return ([arrived[0] * (1 - output.Square())], [arrived[0].ZerosLike()]);
            case RecurrenceKind.LongShortTermMemory:
                {
                    Tensor[] gates = kept[0].Split(4);
                    Tensor i = gates[0], f = gates[1], g = gates[2], o = gates[3], squashed = kept[1].Tanh();
                    Tensor byCell = arrived[1] + (arrived[0] * o * (1 - squashed.Square()));
                    return ([Tensor.Concatenate([byCell * g * Slope(i), byCell * befores[1] * Slope(f), byCell * i * (1 - g.Square()), arrived[0] * squashed * Slope(o)])],
                        [arrived[0].ZerosLike(), byCell * f]);
                }

            default:
                {
                    Tensor[] gates = kept[0].Split(4);
                    Tensor z = gates[0], r = gates[1], g = gates[2], v = gates[3];
                    Tensor byZ = arrived[0] * (befores[0] - g) * Slope(z), byG = arrived[0] * (1 - z) * (1 - g.Square()), byR = byG * v * Slope(r);
                    return ([Tensor.Concatenate([byZ, byR, byG]), Tensor.Concatenate([byZ, byR, byG * r])], [arrived[0] * z]);
                }
        }

        static Tensor Slope(Tensor sigmoid) => sigmoid * (1 - sigmoid);
    }

    /// <summary>A state before each step, from that after each.</summary>
    public static Tensor Before(Tensor first, Tensor after, bool reverse)
    {
        first = first.ExpandDims(1);
        int time = after.Shape[1];
        return time == 0 ? after : Tensor.Concatenate(reverse ? [after[.., 1..], first] : [first, after[.., ..(time - 1)]], 1);
    }
}
