using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors;

/// <summary>
/// One operation, everything about it in one place: the output's shape and type, the kernel, the gradient. Ours are records in
/// <c>Ops/</c>; yours derive from this class in the same way and are used by <see cref="Apply"/>.
/// </summary>
/// <example><code>
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
/// Tensor y = new Cube().Apply(x);
/// </code></example>
public abstract record Primitive
{
    /// <summary>The operation's name in graphs and error messages.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>True if the kernel walks strides itself; otherwise it is handed contiguous inputs.</summary>
    internal virtual bool AcceptsStrides => false;

    /// <summary>True if the output may be written over this input, of the same shape and type, when nobody reads it any more.</summary>
    internal virtual bool MayOverwrite(int input) => false;

    /// <summary>True if the result is always another look at the input's numbers, which must be contiguous for a reshape.</summary>
    internal virtual bool IsView => false;

    /// <summary>True if it takes one pass over memory and little work: to compute it twice may be better than to keep it.</summary>
    internal virtual bool IsOnePass => false;

    /// <summary>True if the kernel takes no halves: it is handed Float32 instead, and its result is rounded.</summary>
    internal virtual bool WidensHalves => false;

    /// <summary>The output's shape and type for these inputs. Throws a <see cref="ShapeException"/> or
    /// <see cref="DTypeException"/> that says what was received, what was expected and how to mend it.</summary>
    public abstract TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs);

    /// <summary>Computes every element of the output. The output's numbers are undefined before.</summary>
    protected abstract void Run(in KernelArguments arguments);

    /// <summary>
    /// What the upstream gradient becomes for one input, written in tensor operations so that it can be differentiated again;
    /// null where the output does not depend on that input smoothly (an index, a mask). It has that input's shape.
    /// </summary>
    protected virtual Tensor? Gradient(int input, in GradientArguments arguments) => null;

    /// <summary>The result as another look at the input's numbers, where that is free; otherwise null and the kernel runs.</summary>
    internal virtual Tensor? TryView(Tensor input) => null;

    /// <summary>Applies the operation: checks, computes, and records what a gradient will need.</summary>
    public Tensor Apply(params ReadOnlySpan<Tensor> inputs)
    {
        Span<TensorSpec> specs = new TensorSpec[inputs.Length];
        bool shapeOnly = false, traced = false, tracked = false;
        for (int i = 0; i < inputs.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(inputs[i], Name);
            specs[i] = inputs[i].Spec;
            shapeOnly |= inputs[i].IsShapeOnly;
            traced |= inputs[i].Operation is not null;
            tracked |= inputs[i].Node is not null;
        }

        TensorSpec spec = Infer(specs);
        Recording.Observer?.Invoke(this);
        if (shapeOnly)
            return Tensor.ShapeOnly(spec.Shape, spec.DType);
        Tensor output = traced ? Tracer.Record(this, inputs, spec) : Compute(inputs, spec);
        if (tracked && Recording.IsOn && spec.DType.IsFloat())
            output.Node = new Node(this, inputs.ToArray(), output);
        return output;
    }

    /// <summary>Runs the kernel on operands that fit it, for a compiled program.</summary>
    internal void Execute(Tensor[] operands, Tensor output)
    {
        if (WidensHalves && HalfStorage.IsIn(operands, output))
            HalfStorage.Execute(this, operands, output);
        else
            Run(new KernelArguments(operands, output));
        GC.KeepAlive(operands);
        GC.KeepAlive(output);
    }

    /// <summary>How many arithmetic operations it takes, a multiply-add counted as two; for profiles.</summary>
    internal virtual double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => output.Shape.ElementCount;

    internal Tensor? GradientOf(int input, in GradientArguments arguments) => Gradient(input, arguments);

    private Tensor Compute(ReadOnlySpan<Tensor> inputs, TensorSpec spec)
    {
        if (inputs.Length == 1 && TryView(inputs[0]) is { } view)
            return view;
        Tensor output = Tensor.Empty(spec.Shape, spec.DType);
        if (output.Length == 0)
            return output;
        // Kept in an array so that the contiguous copies, and with them the buffers, live until the kernel is done.
        Tensor[] operands = inputs.ToArray();
        if (!AcceptsStrides)
        {
            for (int i = 0; i < operands.Length; i++)
                operands[i] = operands[i].Contiguous();
        }

        Execute(operands, output);
        return output;
    }
}

/// <summary>What a kernel reads and writes. Spans are valid during the call only.</summary>
public readonly ref struct KernelArguments
{
    private readonly Tensor[] inputs;

    internal KernelArguments(Tensor[] inputs, Tensor output)
    {
        this.inputs = inputs;
        OutputTensor = output;
    }

    /// <summary>The output's shape and type.</summary>
    public TensorSpec OutputSpec => OutputTensor.Spec;

    /// <summary>How many inputs there are.</summary>
    public int Count => inputs.Length;

    internal Tensor OutputTensor { get; }

    /// <summary>An input's shape and type.</summary>
    public TensorSpec InputSpec(int input) => inputs[input].Spec;

    /// <summary>An input's numbers in row-major order.</summary>
    public ReadOnlySpan<T> Input<T>(int input) where T : unmanaged => inputs[input].AsSpan<T>();

    /// <summary>Where the output's numbers go, in row-major order.</summary>
    public Span<T> Output<T>() where T : unmanaged => OutputTensor.AsSpan<T>();

    internal Tensor InputTensor(int input) => inputs[input];
}

/// <summary>What a gradient may use: what came in, what went out, and the gradient that arrives from above.</summary>
public readonly ref struct GradientArguments
{
    internal GradientArguments(Tensor upstream, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        Upstream = upstream;
        Inputs = inputs;
        Output = output;
    }

    /// <summary>The gradient of the final result by this operation's output; has the output's shape.</summary>
    public Tensor Upstream { get; }

    /// <summary>The operation's inputs.</summary>
    public ReadOnlySpan<Tensor> Inputs { get; }

    /// <summary>The operation's output.</summary>
    public Tensor Output { get; }
}
