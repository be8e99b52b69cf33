using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>
/// Random loops, branches and checkpoints. Their bodies are made of random operations on what they are handed, on tensors of the code around
/// them and on variables, which they may assign.
/// </summary>
internal sealed class RandomFlow
{
    private const int MostTurns = 5;
    private const int MostElements = 1000;

    private readonly Random random;
    private readonly DType type;
    private readonly IReadOnlyList<Variable> variables;
    private readonly bool hasGradient, isInner;

    /// <param name="random">What decides. A body has random numbers of its own, so it is the same however often it is traced.</param>
    /// <param name="type">The floating-point type that most tensors have.</param>
    /// <param name="variables">What bodies may read and assign.</param>
    /// <param name="hasGradient">Whether a gradient is taken through the result, which a loop of unknown length does not have.</param>
    /// <param name="isInner">Whether this is within a body.</param>
    public RandomFlow(Random random, DType type, IReadOnlyList<Variable> variables, bool hasGradient = false, bool isInner = false) =>
        (this.random, this.type, this.variables, this.hasGradient, this.isInner) = (random, type, variables, hasGradient, isInner);

    /// <summary>Whether loops and branches run as plain C#, turn by turn, in eager code: the oracle for the others.</summary>
    public static bool IsPlain { get; set; }

    /// <summary>Puts the results of a loop or branch into a pool of tensors; it works on tensors of the pool.</summary>
    public void Step(RandomOperations around)
    {
        IEnumerable<Tensor> results = random.Next(hasGradient ? 5 : 6) switch
        {
            0 or 1 or 2 => Scan(around),
            3 => If(around),
            4 => Checkpoint(around),
            _ => While(around),
        };
        foreach (Tensor result in results)
            around.Add(result);
    }

    private IEnumerable<Tensor> Scan(RandomOperations around)
    {
        Bundle<Tensor> carry = State(around);
        Tensor? first = random.Next(6) == 0 ? null : around.Pick(tensor => tensor.Rank > 0);
        int axis = first is null ? 0 : random.Next(first.Rank), turns = first is null ? random.Next(4) : Math.Min(first.Shape[axis], MostTurns);
        List<Tensor> entries = first is null ? [] : [first.Slice(0, turns, 1, axis)];
        if (first is not null && random.Next(2) == 0)
            entries.Add(around.Pick(tensor => tensor.Rank > axis && tensor.Shape[axis] >= turns)!.Slice(0, turns, 1, axis));
        Bundle<Tensor> sequences = [.. entries];
        bool reverse = random.Next(2) == 0;
        int given = random.Next(3);
        Body body = new(this, around);

        bool isPlain = IsPlain;
        // Without a turn plain code does not know what a turn gives, so the body is traced.
        IsPlain &= turns > 0;
        (Bundle<Tensor> end, Bundle<Tensor> outputs) = IsPlain ? Plain(Turn, carry, sequences, turns, axis, reverse) : Flow.Scan(Turn, carry, sequences, axis, reverse, turns);
        IsPlain = isPlain;
        return [.. end, .. outputs];

        (Bundle<Tensor> Carry, Bundle<Tensor> Outputs) Turn(Bundle<Tensor> state, Bundle<Tensor> entry)
        {
            Bundle<Tensor> next = body.Run([.. state, .. entry], state, out RandomOperations inner);
            return (next, [.. Enumerable.Range(0, given).Select(_ => OfRank(inner.PickSmall(MostElements), axis))]);
        }
    }

    private IEnumerable<Tensor> While(RandomOperations around)
    {
        Tensor limit = random.Next(3) == 0 ? around.PickFloat().Sum().Sin().Greater(0).Cast(DType.Int32) * 3 : Tensor.Scalar(random.Next(5));
        Variable? read = random.Next(3) == 0 ? variables[random.Next(variables.Count)] : null;
        Body body = new(this, around);
        Bundle<Tensor> state = [Tensor.Scalar(0), .. State(around)];
        if (!IsPlain)
            return Flow.While(Condition, Turn, state).Skip(1);
        while (Condition(state).Item<bool>())
            state = Turn(state);
        return state.Skip(1);

        Tensor Condition(Bundle<Tensor> now) => read is null ? now[0].Less(limit) : now[0].Less(limit).And(read.Value.Sum().Less(1e3));

        Bundle<Tensor> Turn(Bundle<Tensor> now) => [now[0] + 1, .. body.Run(now, [.. now.Skip(1)], out _)];
    }

    private Bundle<Tensor> If(RandomOperations around)
    {
        Tensor condition = random.Next(2) == 0 && around.Pick(tensor => tensor.DType == DType.Bool) is { } truth ? truth.Any() : around.PickFloat().Sum().Sin().Greater(0);
        Bundle<Tensor> examples = State(around);
        Body first = new(this, around), second = new(this, around);
        if (!IsPlain)
            return Flow.If(condition, () => first.Run(examples, examples, out _), () => second.Run(examples, examples, out _));
        return (condition.Item<bool>() ? first : second).Run(examples, examples, out _);
    }

    private Bundle<Tensor> Checkpoint(RandomOperations around)
    {
        Bundle<Tensor> inputs = State(around);
        Body body = new(this, around);
        Func<Bundle<Tensor>, Bundle<Tensor>> function = given =>
        {
            body.Run(given, [], out RandomOperations inner);
            return [inner.PickSmall(MostElements), inner.PickFloat()];
        };
        return (IsPlain ? function : Function.Checkpoint(function))(inputs);
    }

    // One tensor that gradients go through, and sometimes one of any type.
    private Bundle<Tensor> State(RandomOperations around) =>
        random.Next(2) == 0 ? around.PickFloat() : (around.PickFloat(), around.PickSmall(MostElements));

    private static Tensor OfRank(Tensor tensor, int least)
    {
        while (tensor.Rank < least)
            tensor = tensor.ExpandDims(0);
        return tensor;
    }

    private static (Bundle<Tensor> Carry, Bundle<Tensor> Outputs) Plain(
        Func<Bundle<Tensor>, Bundle<Tensor>, (Bundle<Tensor> Carry, Bundle<Tensor> Outputs)> turn, Bundle<Tensor> state, Bundle<Tensor> sequences, int turns, int axis, bool reverse)
    {
        Bundle<Tensor>[] given = new Bundle<Tensor>[turns];
        for (int i = 0; i < turns; i++)
        {
            int entry = reverse ? turns - 1 - i : i;
            (state, given[entry]) = turn(state, [.. sequences.Select(sequence => sequence.At(entry, axis))]);
        }

        return (state, [.. given[0].Select((_, i) => Tensor.Stack([.. given.Select(outputs => outputs[i])], axis))]);
    }

    // Some operations that are the same whenever they run, on tensors that are chosen once.
    private sealed class Body(RandomFlow flow, RandomOperations around)
    {
        private readonly int seed = flow.random.Next();
        private readonly Tensor[] captures = [.. Enumerable.Range(0, flow.random.Next(3)).Select(_ => around.PickSmall(MostElements))];

        /// <summary>Runs the operations; gives for each tensor of a state what it is after them, and all that there is.</summary>
        public Bundle<Tensor> Run(IEnumerable<Tensor> given, Bundle<Tensor> state, out RandomOperations inner)
        {
            Random random = new(seed);
            inner = new RandomOperations(random, flow.type);
            foreach (Tensor tensor in captures.Concat(given))
                inner.Add(tensor);
            for (int step = 1 + random.Next(5); step > 0; step--)
            {
                Variable variable = flow.variables[random.Next(flow.variables.Count)];
                switch (random.Next(12))
                {
                    case 0:
                        inner.Add(variable.Value);
                        break;
                    case 1:
                        variable.Assign(inner.Pick(tensor => tensor.Spec == variable.Spec)?.Tanh() ?? variable.Value * 0.5);
                        break;
                    case 2:
                        inner.Add(inner.PickFloat().Detach());
                        break;
                    case 3 when !flow.isInner:
                        new RandomFlow(random, flow.type, flow.variables, flow.hasGradient, isInner: true).Step(inner);
                        break;
                    default:
                        inner.Step();
                        break;
                }
            }

            RandomOperations all = inner;
            return [.. state.Select(now => Next(now, state, all, random))];
        }

        // Bounded, so that turns do not make it grow; sometimes as it was, or what another was.
        private static Tensor Next(Tensor now, Bundle<Tensor> state, RandomOperations inner, Random random)
        {
            if (random.Next(6) == 0)
                return state.Last(other => other.Spec == now.Spec);
            Tensor next = inner.Pick(tensor => tensor.Spec == now.Spec)!;
            return next.DType.IsFloat() ? next.Tanh() : next;
        }
    }
}
