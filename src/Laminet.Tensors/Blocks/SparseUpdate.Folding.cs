using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Blocks;

/// <content>
/// Where it may stand for a rule: the gradient is a sum of look-ups' gradients, and no decay, clipping or other use of the table adds to it.
/// </content>
internal sealed partial record SparseUpdate
{
    /// <summary>The update of the rows that were looked up in place of that of the whole table; null where it would not be the same.</summary>
    /// <param name="rule">A rule that leaves elements without a gradient alone.</param>
    /// <param name="update">Its application.</param>
    public static Operation? InPlaceOf(UpdateRule rule, Operation update)
    {
        List<Operation> lookups = [];
        if (!IsPlain(update.Inputs[^1]) || !TryCollect(update.Inputs[^2], lookups))
            return null;
        return update with
        {
            Primitive = new SparseUpdate(rule, lookups.Count),
            Inputs = [.. update.Inputs.Take(update.Inputs.Count - 2), .. lookups.SelectMany(lookup => lookup.Inputs), update.Inputs[^1]],
        };
    }

    // The sums of look-ups one by one, as the backward pass makes them, in the order in which they are added.
    private static bool TryCollect(Operation gradient, List<Operation> lookups)
    {
        Stack<Operation> added = new();
        while (gradient.Primitive is Add)
        {
            bool isLast = IsLookup(gradient.Inputs[1]);
            if (!isLast && !IsLookup(gradient.Inputs[0]))
                return false;
            added.Push(gradient.Inputs[isLast ? 1 : 0]);
            gradient = gradient.Inputs[isLast ? 0 : 1];
        }

        lookups.Add(gradient);
        lookups.AddRange(added);
        return IsLookup(gradient);
    }

    // Its indices were checked by the look-up before, so the update does not fail.
    private static bool IsLookup(Operation gradient) => gradient.Primitive is ScatterAdd { Axis: 0, AreChecked: true };

    // No decay, and the gradient as it is: a factor is known to be finite only if it is a constant, and one that clips has seen the whole gradient.
    private static bool IsPlain(Operation scalars)
    {
        if (scalars.Constant is { } numbers)
            return numbers.ToArray<double>() is [0, 1, 1, ..];
        return scalars.Primitive is Concatenate && scalars.Inputs.Count >= UpdateRule.CommonScalars && IsNumber(scalars.Inputs[0], 0) && IsNumber(scalars.Inputs[1], 1) && IsNumber(scalars.Inputs[2], 1);
    }

    private static bool IsNumber(Operation operation, double number) => operation.Constant is { Length: 1 } constant && constant.ToDouble() == number;
}
