using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Autodiff;

/// <summary>
/// Values of variables that a tape watches on this thread: who reads the variable again receives the watched tensor. It ends when the variable
/// becomes another tensor, or when the tape is gone.
/// </summary>
internal static class WatchedValues
{
    // By the tensor itself: one of the same numbers, as of another variable, is not watched.
    [ThreadStatic]
    private static ConditionalWeakTable<Tensor, WeakReference<Tensor>>? leaves;

    /// <summary>Notes that a tape watches a value by a leaf.</summary>
    public static void Add(Tensor value, Tensor leaf) => (leaves ??= []).AddOrUpdate(value, new WeakReference<Tensor>(leaf));

    /// <summary>The innermost leaf of a variable's value; the value itself where no tape watches it.</summary>
    public static Tensor Of(Tensor value)
    {
        while (leaves is { } known && known.TryGetValue(value, out WeakReference<Tensor>? leaf) && leaf.TryGetTarget(out Tensor? watched))
            value = watched;
        return value;
    }
}
