using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// The same numbers in another type. Integers take the nearest number that they hold, 0 for NaN, and cut off the fraction; a truth value is
/// whether a number differs from 0.
/// </summary>
/// <param name="To">The result's type.</param>
internal sealed record Conversion(DType To) : ITileOperation
{
    public string Name => "Cast";

    public TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(inputs[0].Shape, To);

    public void Tile(in TileArguments arguments) => Convert(arguments);

    /// <summary>Converts a tile.</summary>
    public static void Convert(in TileArguments arguments)
    {
        Source body = new(arguments);
        DTypes.Number(arguments.InputType.AsNumber(), ref body);
    }

    /// <summary>Converts a tensor's numbers to those of another one of its shape.</summary>
    public static void Run(Tensor source, Tensor destination)
    {
        TileLoop.Run(TileProgram.Casting(source.DType, destination.DType), new KernelArguments([source], [destination], default));
        GC.KeepAlive(source);
    }

    private static void ToTruth<T>(ReadOnlySpan<T> x, Span<bool> result) where T : INumber<T>
    {
        for (int i = 0; i < x.Length; i++)
            result[i] = x[i] != T.Zero;
    }

    private readonly ref struct Source(TileArguments arguments) : INumberBody
    {
        private readonly TileArguments arguments = arguments;

        public void Run<T>() where T : unmanaged, INumber<T>
        {
            if (arguments.OutputType == DType.Bool)
            {
                ToTruth(arguments.Input<T>(0), arguments.Output<bool>());
                return;
            }

            Target<T> body = new(arguments);
            DTypes.Number(arguments.OutputType, ref body);
        }
    }

    private readonly ref struct Target<TSource>(TileArguments arguments) : INumberBody where TSource : unmanaged, INumber<TSource>
    {
        private readonly TileArguments arguments = arguments;

        public void Run<T>() where T : unmanaged, INumber<T>
        {
            ReadOnlySpan<TSource> source = arguments.Input<TSource>(0);
            // The code for vectors takes the just-in-time compiler milliseconds, which a first step with scalars alone need not wait for.
            if (source.Length == 1)
                arguments.Output<T>()[0] = T.CreateSaturating(source[0]);
            else
                TensorPrimitives.ConvertSaturating(source, arguments.Output<T>());
        }
    }
}
