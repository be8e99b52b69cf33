using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Ops;

/// <summary>The same numbers in another shape, in row-major order. A view.</summary>
/// <param name="Shape">The output's shape.</param>
public sealed record Reshape(Shape Shape) : Primitive
{
    internal override bool IsView => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0].Shape.ElementCount == Shape.ElementCount
        ? new(Shape, inputs[0].DType)
        : throw new ShapeException($"Reshape: the shape {inputs[0].Shape} has {inputs[0].Shape.ElementCount} elements, {Shape} has {Shape.ElementCount}; the numbers must be equal.");

    internal override Tensor TryView(Tensor input)
    {
        // Axes of length 1 come and go without a copy, however the numbers lie.
        if (!input.IsContiguous && input.Shape.Where(length => length != 1).SequenceEqual(Shape.Where(length => length != 1)))
            return input.View(Shape, StridesOf(input), 0);
        Tensor contiguous = input.Contiguous();
        return contiguous.View(Shape, Shape.RowMajorStrides(), 0);
    }

    private int[] StridesOf(Tensor input)
    {
        int[] strides = new int[Shape.Rank];
        int source = 0;
        for (int axis = 0; axis < strides.Length; axis++)
        {
            if (Shape[axis] == 1)
                continue;
            while (input.Shape[source] == 1)
                source++;
            strides[axis] = input.Strides[source++];
        }

        return strides;
    }

    internal override bool ReadsInOrder => true;

    internal override Operation? Simplify(Operation self)
    {
        Operation first = self.Inputs[0];
        return first.Spec == self.Spec ? first : first.Primitive is Reshape ? self with { Inputs = first.Inputs } : null;
    }

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => throw new InvalidOperationException("A reshape is always a view.");

    /// <inheritdoc/>
    protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream.Reshape(arguments.Inputs[0].Shape);
}

/// <summary>Axis i of the output is axis Order[i] of the input.</summary>
/// <param name="Order">For each axis of the output the input's.</param>
public sealed record Transpose(Axes Order) : Primitive
{
    internal override bool IsView => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(Permuted(inputs[0].Shape), inputs[0].DType);

    internal override Tensor TryView(Tensor input)
    {
        int[] strides = new int[input.Rank];
        int place = 0;
        foreach (int axis in Order)
            strides[place++] = input.Strides[axis];
        return input.View(Permuted(input.Shape), strides, 0);
    }

    internal override Operation? Simplify(Operation self)
    {
        Operation first = self.Inputs[0];
        if (IsInOrder(Order.Given))
            return first;
        if (first.Primitive is not Transpose inner)
            return null;
        int[] order = [.. Order.Given.ToArray().Select(axis => inner.Order.Given[axis])];
        return IsInOrder(order) ? first.Inputs[0] : self with { Primitive = new Transpose(order), Inputs = first.Inputs };
    }

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => throw new InvalidOperationException("A transpose is always a view.");

    /// <inheritdoc/>
    protected override Tensor Gradient(int input, in GradientArguments arguments)
    {
        int[] inverse = new int[arguments.Upstream.Rank];
        int place = 0;
        foreach (int axis in Order)
            inverse[axis] = place++;
        return arguments.Upstream.Transpose(inverse);
    }

    private static bool IsInOrder(ReadOnlySpan<int> order)
    {
        for (int place = 0; place < order.Length; place++)
        {
            if (order[place] != place)
                return false;
        }

        return true;
    }

    private Shape Permuted(Shape shape)
    {
        int[] dimensions = new int[shape.Rank];
        int place = 0;
        foreach (int axis in Order)
            dimensions[place++] = shape[axis];
        return dimensions;
    }
}

/// <summary>The input repeated along axes of length 1 and new outer ones. A view.</summary>
/// <param name="Shape">The output's shape.</param>
public sealed record BroadcastTo(Shape Shape) : Primitive
{
    internal override bool IsView => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Check.Broadcast(Name, inputs[0].Shape, Shape) == Shape
        ? new(Shape, inputs[0].DType)
        : throw new ShapeException($"BroadcastTo: {inputs[0].Shape} does not broadcast to {Shape}: an axis would have to shrink.");

    internal override Tensor TryView(Tensor input) => input.BroadcastView(Shape);

    internal override Operation? Simplify(Operation self) => self.Inputs[0].Spec == self.Spec ? self.Inputs[0] : null;

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => throw new InvalidOperationException("A broadcast is always a view.");

    /// <inheritdoc/>
    protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream.SumTo(arguments.Inputs[0].Shape);
}

/// <summary>
/// No gradient flows through. Written down in the body of a loop or branch alone, whose gradient is taken of the traced graph; elsewhere a
/// tensor without history says the same.
/// </summary>
public sealed record StopGradient : Primitive
{
    internal override bool IsView => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

    internal override Tensor TryView(Tensor input) => input.View(input.Shape, input.Strides, 0);

    // Gradients are taken of the graph as traced, before any pass.
    internal override Operation? Simplify(Operation self) => self.Inputs[0];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => throw new InvalidOperationException("A detached tensor is always a view.");
}

/// <summary>Count elements along an axis: First, First + Step, ...</summary>
/// <param name="Axis">The axis.</param>
/// <param name="First">The first position or axis.</param>
/// <param name="Step">The distance of positions.</param>
/// <param name="Count">How many.</param>
public sealed record Slice(int Axis, int First, int Step, int Count) : Primitive
{
    internal override bool IsView => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(inputs[0].Shape.With(Axis, Count), inputs[0].DType);

    internal override Tensor TryView(Tensor input)
    {
        int[] strides = input.Strides.ToArray();
        // A view without elements starts at the buffer's beginning: its first place may lie beyond the end.
        Shape shape = input.Shape.With(Axis, Count);
        int offset = shape.ElementCount == 0 ? 0 : First * strides[Axis];
        strides[Axis] *= Step;
        return input.View(shape, strides, offset);
    }

    internal override Operation? Simplify(Operation self) => Step == 1 && First == 0 && self.Inputs[0].Spec == self.Spec ? self.Inputs[0] : null;

    internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => Axis > 0 ? [Reads.Example] : [];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => throw new InvalidOperationException("A slice is always a view.");

    /// <inheritdoc/>
    protected override Tensor Gradient(int input, in GradientArguments arguments) =>
        new Embed(Axis, First, Step, arguments.Inputs[0].Shape[Axis], 0L).Apply(arguments.Upstream);
}
