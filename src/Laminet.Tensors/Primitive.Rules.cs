using Laminet.Tensors.Compilation;

namespace Laminet.Tensors;

/// <content>
/// What the compiler may make of an operation. A pass is a loop over a graph that asks these rules; it names no operation, so a new
/// operation brings its rules along.
/// </content>
public abstract partial record Primitive
{
    /// <summary>True if the inputs must lie in row-major order without gaps.</summary>
    internal virtual bool ReadsInOrder => !IsView && !AcceptsStrides;

    /// <summary>An operation that gives the same bits with less work: an input, for a reshape to the same shape. Null if there is none.</summary>
    /// <param name="self">This primitive's application.</param>
    internal virtual Operation? Simplify(Operation self) => null;

    /// <summary>
    /// One operation that does the work of this one and of operations that it reads, in fewer passes over memory; null if there is none. For the
    /// CPU, whose kernels such operations are.
    /// </summary>
    /// <param name="self">This primitive's application.</param>
    /// <param name="surroundings">What else reads its inputs, and which of them stay the same from call to call.</param>
    internal virtual Operation? Fold(Operation self, Surroundings surroundings) => null;

    /// <summary>
    /// What the operation does to one of its inputs, where that is a step that a kernel can do to its results before it writes them; null where it is not.
    /// </summary>
    internal virtual Follower? AsFollower(int input, ReadOnlySpan<TensorSpec> inputs) => null;

    /// <summary>
    /// The primitive that computes this one and then the follower; null if there is none. Its inputs are this one's, then the follower's other operand.
    /// </summary>
    internal virtual Primitive? Absorb(Follower follower, ReadOnlySpan<TensorSpec> inputs) => null;

    /// <summary>The primitive that computes another and then this one of its result, reading the other's inputs; null if there is none.</summary>
    /// <param name="producer">What computes the one input.</param>
    /// <param name="input">The shape of that input.</param>
    internal virtual Primitive? Over(Primitive producer, Shape input) => null;

    /// <summary>
    /// Which inputs to cut along the first axis so that the result is cut alike; empty if an example's result depends on other
    /// examples. The result's first axis, like that of each input cut, counts examples.
    /// </summary>
    internal virtual Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => [];

    /// <summary>The form in which the kernel would rather read an input that stays the same from call to call; null for none.</summary>
    internal virtual PreferredForm? CpuForm(int input, ReadOnlySpan<TensorSpec> inputs) => null;

    /// <summary>
    /// What takes the output back to the input's exact bits, for an operation that can be undone: a variable may then lie in that form alone.
    /// </summary>
    internal virtual Primitive? Inverse(TensorSpec input) => null;
}
