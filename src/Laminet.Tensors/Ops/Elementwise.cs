using System.Numerics;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// An operation on each element, with broadcasting. It states what happens to one tile of numbers; the loop over the tiles is written
/// once, for an operation alone and for a chain fused into one pass, so that both give the same bits.
/// </summary>
public abstract record Elementwise : Primitive, ITileOperation
{
    internal sealed override bool AcceptsStrides => true;

    internal override bool MayOverwrite(int input, int output = 0) => true;

    /// <inheritdoc cref="ITileOperation.DependsOnNeighbours"/>
    internal virtual bool DependsOnNeighbours => false;

    bool ITileOperation.DependsOnNeighbours => DependsOnNeighbours;

    internal sealed override bool IsOnePass => true;

    /// <summary>
    /// Applies operations with a number on the right to a new tensor that no other code has read yet, in one pass over its own memory. So the initial
    /// weights of a large layer are not in memory twice.
    /// </summary>
    internal static Tensor Overwriting(Tensor fresh, params ReadOnlySpan<(Elementwise Operation, double Number)> steps)
    {
        Tensor[] operands = [fresh, .. steps.ToArray().Select(step => Tensor.Scalar(step.Number, fresh.DType))];
        if (fresh.Operation is not null || fresh.IsShapeOnly || fresh.Length == 0)
        {
            for (int i = 0; i < steps.Length; i++)
                fresh = steps[i].Operation.Apply(fresh, operands[i + 1]);
            return fresh;
        }

        TileStep[] program = new TileStep[steps.Length];
        for (int i = 0; i < steps.Length; i++)
            program[i] = new TileStep(steps[i].Operation, [i == 0 ? 0 : operands.Length + i - 1, i + 1], fresh.DType, fresh.DType);
        Device.Cpu.Execute(new Fused(new TileProgram(program, operands.Length)), operands, [fresh]);
        return fresh;
    }

    /// <summary>Computes one tile.</summary>
    internal abstract void Tile(in TileArguments arguments);

    void ITileOperation.Tile(in TileArguments arguments) => Tile(arguments);

    /// <inheritdoc/>
    protected sealed override void Run(in KernelArguments arguments) => TileLoop.Run(TileProgram.Of(this, arguments), arguments);
}

/// <summary>Shape and type checks that many operations share.</summary>
internal static class Check
{
    public static DType SameType(string operation, TensorSpec x, TensorSpec y) => x.DType == y.DType
        ? x.DType
        : throw new DTypeException($"{operation}: received {x} and {y}; both must have one element type. Cast one of them.");

    public static DType Number(string operation, TensorSpec x) => x.DType != DType.Bool
        ? x.DType
        : throw new DTypeException($"{operation}: received {x}; truth values have no arithmetic. Cast to a number type, or use And, Or, Not.");

    public static DType Integer(string operation, TensorSpec x, bool orTruth = false) => x.DType.IsInteger() || (orTruth && x.DType == DType.Bool)
        ? x.DType
        : throw new DTypeException($"{operation}: received {x}; expected integers{(orTruth ? " or truth values" : "")}. Cast first.");

    public static DType Float(string operation, TensorSpec x) => x.DType.IsFloat()
        ? x.DType
        : throw new DTypeException($"{operation}: received {x}; expected a floating-point type. Cast it first.");

    // Rounding would change the meaning silently: 256 is no byte.
    public static void Holds(DType dtype, Number number)
    {
        if (!number.IsHeldBy(dtype))
            throw new DTypeException($"Received the number {number} for a tensor of {dtype}, which does not hold it. Cast the tensor first, to Float32 or a larger integer type.");
    }

    public static Shape Broadcast(string operation, Shape x, Shape y)
    {
        try
        {
            return Shape.Broadcast(x, y);
        }
        catch (ShapeException exception)
        {
            throw new ShapeException($"{operation}: {exception.Message}", exception);
        }
    }
}

/// <summary>An operation on each element of a tensor of numbers.</summary>
public abstract record NumberUnary : Elementwise
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Number(Name, inputs[0]);
        return inputs[0];
    }

    internal sealed override void Tile(in TileArguments arguments)
    {
        Body body = new(this, arguments);
        DTypes.Number(arguments.OutputType, ref body);
    }

    private protected abstract void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, INumber<T>;

    private readonly ref struct Body(NumberUnary operation, TileArguments arguments) : INumberBody
    {
        private readonly TileArguments arguments = arguments;

        public void Run<T>() where T : unmanaged, INumber<T> => operation.Invoke(arguments.Input<T>(0), arguments.Output<T>());
    }
}

/// <summary>An operation on each element of a floating-point tensor.</summary>
public abstract record FloatUnary : Elementwise
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Float(Name, inputs[0]);
        return inputs[0];
    }

    internal sealed override void Tile(in TileArguments arguments)
    {
        if (arguments.OutputType == DType.Float32)
            Invoke(arguments.Input<float>(0), arguments.Output<float>());
        else
            Invoke(arguments.Input<double>(0), arguments.Output<double>());
    }

    private protected abstract void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>An operation on the elements of two tensors of numbers, with broadcasting.</summary>
public abstract record NumberBinary : Elementwise
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Number(Name, inputs[0]);
        return new(Check.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), Check.SameType(Name, inputs[0], inputs[1]));
    }

    internal sealed override void Tile(in TileArguments arguments)
    {
        Body body = new(this, arguments);
        DTypes.Number(arguments.OutputType, ref body);
    }

    /// <summary>The gradient before it is summed over the axes along which the input was broadcast.</summary>
    private protected abstract Tensor? Partial(int input, in GradientArguments arguments);

    /// <inheritdoc/>
    protected sealed override Tensor? Gradient(int input, in GradientArguments arguments) =>
        Partial(input, arguments)?.SumTo(arguments.Inputs[input].Shape);

    // What steps do with scalars, as with the learning rate, does not go through the code for vectors: it takes the just-in-time compiler
    // milliseconds, which the first step would wait for.
    private protected abstract void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) where T : unmanaged, INumber<T>;

    private readonly ref struct Body(NumberBinary operation, TileArguments arguments) : INumberBody
    {
        private readonly TileArguments arguments = arguments;

        public void Run<T>() where T : unmanaged, INumber<T> =>
            operation.Invoke(arguments.Input<T>(0), arguments.Input<T>(1), arguments.Output<T>());
    }
}

/// <summary>An operation on the elements of two floating-point tensors, with broadcasting.</summary>
public abstract record FloatBinary : Elementwise
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Float(Name, inputs[0]);
        return new(Check.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), Check.SameType(Name, inputs[0], inputs[1]));
    }

    internal sealed override void Tile(in TileArguments arguments)
    {
        if (arguments.OutputType == DType.Float32)
            Invoke(arguments.Input<float>(0), arguments.Input<float>(1), arguments.Output<float>());
        else
            Invoke(arguments.Input<double>(0), arguments.Input<double>(1), arguments.Output<double>());
    }

    /// <summary>The gradient before it is summed over the axes along which the input was broadcast.</summary>
    private protected abstract Tensor? Partial(int input, in GradientArguments arguments);

    /// <inheritdoc/>
    protected sealed override Tensor? Gradient(int input, in GradientArguments arguments) =>
        Partial(input, arguments)?.SumTo(arguments.Inputs[input].Shape);

    private protected abstract void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
