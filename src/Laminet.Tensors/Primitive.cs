using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <summary>
/// One operation: the shape and type of its output, its kernel and its gradient. The built-in operations are records in
/// <c>Ops/</c>. For your own operation, derive a record from this class in the same way and call <see cref="Apply"/>. Keras: <c>custom_gradient</c>;
/// PyTorch: <c>autograd.Function</c>.
/// </summary>
/// <example><code>
/// Tensor cube = new Cube().Apply(x);
///
/// sealed record Cube : Primitive
/// {
///     public override TensorSpec Infer(ReadOnlySpan&lt;TensorSpec&gt; inputs) => inputs[0];
///     protected override void Run(in KernelArguments arguments)
///     {
///         var x = arguments.Input&lt;float&gt;(0);
///         var y = arguments.Output&lt;float&gt;();
///         for (int i = 0; i &lt; x.Length; i++) y[i] = x[i] * x[i] * x[i];
///     }
///     protected override Tensor? Gradient(int input, in GradientArguments arguments) =>
///         arguments.Upstream * 3 * arguments.Inputs[0].Square();
/// }
/// </code></example>
public abstract partial record Primitive
{
    /// <summary>The operation's name in graphs and error messages.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>True if the kernel handles strides itself; otherwise it receives contiguous inputs.</summary>
    internal virtual bool AcceptsStrides => false;

    /// <summary>True if every output is another view of the input's buffer; for a reshape the input must be contiguous.</summary>
    internal virtual bool IsView => false;

    /// <summary>True if it takes one pass over memory and little work: to compute it twice may be better than to keep it.</summary>
    internal virtual bool IsOnePass => false;

    /// <summary>
    /// True if the kernel may throw because of the numbers it reads, for instance if an index is out of range. A compiled step changes no variable
    /// in place before the last such operation has run, so that a step that fails changes nothing.
    /// </summary>
    internal virtual bool MayThrow => false;

    /// <summary>True if the kernel does not support halves: it receives Float32 instead, and its results are rounded.</summary>
    internal virtual bool WidensHalves => false;

    /// <summary>Whether the kernel takes these operands as they are, though it widens halves in general.</summary>
    internal virtual bool TakesHalves(in KernelArguments arguments) => false;

    /// <summary>The output's shape and type for these inputs. Override this, or <see cref="InferAll"/> for several outputs. It throws a
    /// <see cref="ShapeException"/> or <see cref="DTypeException"/> that says what was received, what was expected and how to fix it.</summary>
    public virtual TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => InferAll(inputs)[0];

    /// <summary>The shapes and types of all outputs; by default the one that <see cref="Infer"/> gives.</summary>
    public virtual IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => [Infer(inputs)];

    /// <summary>The CPU kernel: computes every element of every output for which <see cref="KernelArguments.HasOutput"/> is true. The outputs are uninitialized before.</summary>
    protected abstract void Run(in KernelArguments arguments);

    /// <summary>
    /// The reverse rule for one input, for operations with one output: computes the gradient by this input from the upstream gradient, with tensor
    /// operations, so that it can be differentiated again. The result has the shape of the input. It is null if the output does not depend on the input smoothly (an index, a mask).
    /// </summary>
    protected virtual Tensor? Gradient(int input, in GradientArguments arguments) => null;

    /// <summary>
    /// The reverse rule for all inputs at once: one gradient for each input for which <see cref="GradientArguments.Wants"/> is true, null for the
    /// others. Override it if there are several outputs, or if the gradients share work. By default it calls <see cref="Gradient"/> for each input.
    /// </summary>
    protected virtual Tensor?[] Gradients(in GradientArguments arguments)
    {
        Tensor?[] gradients = new Tensor?[arguments.Inputs.Length];
        for (int i = 0; i < gradients.Length; i++)
        {
            if (arguments.Wants(i))
                gradients[i] = Gradient(i, arguments);
        }

        return gradients;
    }

    /// <summary>
    /// The operation to run instead if a gradient by some inputs may be taken. Its first outputs are those of this operation. Further outputs
    /// (residuals) are for <see cref="Gradients"/> alone, and the caller does not see them. So inference computes and keeps nothing for a
    /// backward pass. In a gradient of a gradient a residual may have an upstream gradient, like any output.
    /// </summary>
    /// <param name="watched">For each input, whether a gradient by it may be taken.</param>
    protected virtual Primitive ForGradient(ReadOnlySpan<bool> watched) => this;

    /// <summary>
    /// True if an output may be written over an input of its shape and type that nothing reads later: each element is read before its
    /// place is written.
    /// </summary>
    internal virtual bool MayOverwrite(int input, int output = 0) => false;

    /// <summary>The outputs as views of the input's buffer, where that is free; otherwise null and the kernel runs.</summary>
    internal virtual Tensor? TryView(Tensor input) => null;

    /// <summary>The same for a view of several outputs.</summary>
    internal virtual Tensor[]? TryViews(Tensor input) => TryView(input) is { } view ? [view] : null;

    /// <summary>The bytes that the kernel works in beside its operands, as a loop does for what its body computes.</summary>
    /// <param name="wanted">For each output, whether something reads it, so that it has memory of its own.</param>
    internal virtual long ScratchBytes(ReadOnlySpan<bool> wanted) => 0;

    /// <summary>How many arithmetic operations it takes, a multiply-add counted as two; for profiles.</summary>
    internal virtual double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => output.Shape.ElementCount;

    /// <summary>Applies an operation with one output: checks the inputs, computes the output, and records what a gradient needs.</summary>
    public Tensor Apply(params ReadOnlySpan<Tensor> inputs) => ApplyAll(inputs)[0];

    /// <summary>Applies the operation and returns all its outputs.</summary>
    public Tensor[] ApplyAll(params ReadOnlySpan<Tensor> inputs)
    {
        if (Tracer.IsInBody)
            inputs = Inside(inputs);
        TensorSpec[] specs = new TensorSpec[inputs.Length];
        // In a body that is so also without inputs.
        bool shapeOnly = false, traced = Tracer.IsInBody, tracked = false;
        for (int i = 0; i < inputs.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(inputs[i], Name);
            specs[i] = inputs[i].Spec;
            shapeOnly |= inputs[i].IsShapeOnly;
            traced |= inputs[i].Operation is not null;
            tracked |= inputs[i].Node is not null;
        }

        IReadOnlyList<TensorSpec> outputs = InferAll(specs);
        Recording.Observer?.Invoke(this);
        if (shapeOnly)
            return [.. outputs.Select(spec => Tensor.ShapeOnly(spec.Shape, spec.DType))];
        if (!tracked || !Recording.IsOn)
            return traced ? Tracer.Record(this, inputs, outputs) : Compute(inputs, outputs);
        return ApplyRecorded(inputs, specs, outputs, traced);
    }

    /// <summary>Runs the CPU's kernel; for <see cref="CpuDevice"/>.</summary>
    internal void RunOnCpu(in KernelArguments arguments)
    {
        if (WidensHalves && HalfStorage.IsIn(arguments) && !TakesHalves(arguments))
            HalfStorage.Run(this, arguments);
        else
            Run(arguments);
    }

    internal Tensor?[] GradientsOf(in GradientArguments arguments) => Gradients(arguments);

    private static Tensor[] Inside(ReadOnlySpan<Tensor> inputs)
    {
        Tensor[] inside = new Tensor[inputs.Length];
        for (int i = 0; i < inside.Length; i++)
            inside[i] = inputs[i] is { } input ? Tracer.Inside(input) : null!;
        return inside;
    }

    // A gradient by some of the inputs may be asked for: the operation keeps what its reverse rule needs.
    private Tensor[] ApplyRecorded(ReadOnlySpan<Tensor> inputs, TensorSpec[] specs, IReadOnlyList<TensorSpec> outputs, bool traced)
    {
        bool[] watched = new bool[inputs.Length];
        for (int i = 0; i < watched.Length; i++)
            watched[i] = inputs[i].Node is not null;
        Primitive recorded = ForGradient(watched);
        IReadOnlyList<TensorSpec> all = ReferenceEquals(recorded, this) ? outputs : recorded.InferAll(specs);
        Tensor[] results = traced ? Tracer.Record(recorded, inputs, all) : recorded.Compute(inputs, all);
        Node node = new(recorded, inputs.ToArray(), results);
        // Residuals too: a gradient of the gradient goes through what the reverse rule read of them.
        for (int i = 0; i < all.Count; i++)
        {
            if (all[i].DType.IsFloat())
                results[i].Record(node, i);
        }

        return results.Length == outputs.Count ? results : results[..outputs.Count];
    }

    private Tensor[] Compute(ReadOnlySpan<Tensor> inputs, IReadOnlyList<TensorSpec> specs)
    {
        if (inputs.Length == 1 && TryViews(inputs[0]) is { } views)
            return views;
        Tensor[] outputs = new Tensor[specs.Count];
        bool isEmpty = true;
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = Tensor.Empty(specs[i].Shape, specs[i].DType);
            isEmpty &= outputs[i].Length == 0;
        }

        if (isEmpty)
            return outputs;
        // Kept in an array so that the contiguous copies, and with them the buffers, live until the kernel is done.
        Tensor[] operands = inputs.ToArray();
        if (!AcceptsStrides)
        {
            for (int i = 0; i < operands.Length; i++)
                operands[i] = operands[i].Contiguous();
        }

        Span<bool> wanted = stackalloc bool[outputs.Length];
        for (int i = 0; i < wanted.Length; i++)
            wanted[i] = true;
        long scratch = ScratchBytes(wanted);
        Device.Cpu.Execute(this, operands, outputs, scratch > 0 ? new WorkSpace(Device.Cpu.Allocate(scratch), 0) : default);
        return outputs;
    }
}
