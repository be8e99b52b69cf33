using System.Globalization;
using System.Numerics;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Normalisation by neighbouring channels.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// x / (k + alpha/size sum(x'²))^beta, where x' runs over the channels from size/2 before to (size - 1)/2 after, as far as there are any. PyTorch:
        /// <c>nn.functional.local_response_norm</c>; ONNX: <c>LRN</c>. In AlexNet's paper alpha multiplies the sum itself, so its 1e-4 of five channels is an alpha of 5e-4 here.
        /// (Krizhevsky, Sutskever and Hinton, NIPS 2012, section 3.3.) Channels are the last axis.
        /// </summary>
        /// <param name="size">How many channels a window has.</param>
        /// <param name="alpha">The factor of the mean square.</param>
        /// <param name="beta">The exponent.</param>
        /// <param name="k">What is added, above 0.</param>
        /// <exception cref="ArgumentOutOfRangeException">The size is not 1 to 1,048,576, or k is not above 0.</exception>
        /// <exception cref="ShapeException">The tensor is a scalar.</exception>
        /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
        public Tensor LocalResponseNormalize(int size, double alpha = 1e-4, double beta = 0.75, double k = 1)
        {
            const int Most = 1 << 20;
            if (size is < 1 or > Most)
                throw new ArgumentOutOfRangeException(nameof(size), $"LocalResponseNormalize: received the size {size}; expected 1 to {Most} channels.");
            if (!(k > 0))
                throw new ArgumentOutOfRangeException(nameof(k), string.Create(CultureInfo.InvariantCulture, $"LocalResponseNormalize: received k = {k}; expected a number above 0, since a window of zeros is divided by k^beta."));
            return new LocalResponseNormalize(size, alpha, beta, k).Apply(this);
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>y = x d^-Beta with d = K + Alpha/Size sum(x²) over a window of channels.</summary>
    /// <param name="Size">The window's length.</param>
    /// <param name="Alpha">The factor of the mean square.</param>
    /// <param name="Beta">The exponent.</param>
    /// <param name="K">What is added.</param>
    public sealed record LocalResponseNormalize(int Size, double Alpha, double Beta, double K) : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Count(Name, inputs[0]);
            return inputs[0];
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs) => inputs[0] * WindowSums.Divisor(inputs[0], this).Pow(-Beta);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            if (arguments.OutputSpec.DType == DType.Float32)
                WindowSums.Run<float>(this, arguments.InputTensor(0), null, arguments.OutputTensor);
            else
                WindowSums.Run<double>(this, arguments.InputTensor(0), null, arguments.OutputTensor);
        }

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) => [new LocalResponseGradient(this).Apply(arguments.Inputs[0], arguments.Upstream)];
    }

    /// <summary>
    /// Inputs: x, dy. dy d^-Beta - 2 Alpha Beta/Size x sum(x dy d^(-Beta - 1)), the sum over the channels whose windows hold this one.
    /// </summary>
    /// <param name="Forward">The normalisation.</param>
    public sealed record LocalResponseGradient(LocalResponseNormalize Forward) : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor x, Tensor dy) = (inputs[0], inputs[1]);
            Tensor divisor = WindowSums.Divisor(x, Forward), scale = divisor.Pow(-Forward.Beta);
            Tensor sums = WindowSums.Of(x * dy * scale / divisor, Forward.Size, (Forward.Size - 1) / 2);
            return (dy * scale) - (x * sums * (2 * Forward.Alpha * Forward.Beta / Forward.Size));
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            if (arguments.OutputSpec.DType == DType.Float32)
                WindowSums.Run<float>(Forward, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);
            else
                WindowSums.Run<double>(Forward, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);
        }
    }

    /// <summary>Sums over windows of the last axis, in operations and as a kernel over tiles of rows.</summary>
    internal static class WindowSums
    {
        // Elements of a tile: its few rooms fit the first-level cache.
        private const int TileElements = 1024;

        public static Tensor Divisor(Tensor x, LocalResponseNormalize by) => (Of(x.Square(), by.Size, by.Size / 2) * (by.Alpha / by.Size)) + by.K;

        /// <summary>The sum over a window that begins the given number of places before each.</summary>
        public static Tensor Of(Tensor x, int size, int before)
        {
            int length = x.Shape[-1];
            Tensor padded = x.Pad([.. Enumerable.Repeat((0, 0), x.Rank - 1), (before, size - 1 - before)]);
            Tensor sum = padded.Slice(0, length, axis: -1);
            for (int place = 1; place < size; place++)
                sum += padded.Slice(place, place + length, axis: -1);
            return sum;
        }

        /// <summary>The normalised x, or with a dy the gradient by x.</summary>
        public static void Run<T>(LocalResponseNormalize by, Tensor x, Tensor? dy, Tensor result) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Tiles<T> work = new(by, x, dy, result, Math.Max(1, TileElements / (x.Shape[-1] + by.Size - 1)));
            Workers.For(work.Tasks, ref work);
        }

        private readonly struct Tiles<T>(LocalResponseNormalize by, Tensor x, Tensor? dy, Tensor result, int rowsPerTile) : IWork
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            private const int TilesPerTask = 32;

            private readonly int channels = x.Shape[-1], rows = x.Length / x.Shape[-1], pitch = x.Shape[-1] + by.Size - 1;

            public int Tasks => Kernels.Rounding.DivideUp(rows, rowsPerTile * TilesPerTask);

            public void Run(int task)
            {
                int first = task * rowsPerTile * TilesPerTask, end = Math.Min(rows, first + (rowsPerTile * TilesPerTask));
                // Rows with a window's zeros between them, and as many behind the last.
                int room = (rowsPerTile * pitch) + by.Size;
                T[] rented = System.Buffers.ArrayPool<T>.Shared.Rent(4 * room);
                Span<T> padded = rented.AsSpan(0, room), sums = rented.AsSpan(room, room), scales = rented.AsSpan(2 * room, room), spare = rented.AsSpan(3 * room, room);
                for (int row = first; row < end; row += rowsPerTile)
                    Tile(row, Math.Min(rowsPerTile, end - row), padded, sums, scales, spare);
                System.Buffers.ArrayPool<T>.Shared.Return(rented);
            }

            private void Tile(int first, int count, Span<T> padded, Span<T> sums, Span<T> scales, Span<T> spare)
            {
                int length = count * pitch;
                ReadOnlySpan<T> source = x.AsSpan<T>().Slice(first * channels, count * channels);
                Span<T> target = result.AsSpan<T>().Slice(first * channels, count * channels);
                padded.Clear();
                for (int row = 0; row < count; row++)
                {
                    ReadOnlySpan<T> numbers = source.Slice(row * channels, channels);
                    TensorPrimitives.Multiply(numbers, numbers, padded.Slice((row * pitch) + (by.Size / 2), channels));
                }

                Sum(padded, sums, length);
                // The divisors, then their powers.
                TensorPrimitives.Multiply(sums[..length], T.CreateTruncating(by.Alpha / by.Size), sums[..length]);
                TensorPrimitives.Add(sums[..length], T.CreateTruncating(by.K), sums[..length]);
                Powers(sums[..length], scales[..length], spare[..length]);
                if (dy is null)
                {
                    for (int row = 0; row < count; row++)
                        TensorPrimitives.Multiply(source.Slice(row * channels, channels), scales.Slice(row * pitch, channels), target.Slice(row * channels, channels));
                    return;
                }

                ReadOnlySpan<T> upstream = dy.AsSpan<T>().Slice(first * channels, count * channels);
                padded.Clear();
                for (int row = 0; row < count; row++)
                {
                    Span<T> terms = padded.Slice((row * pitch) + ((by.Size - 1) / 2), channels);
                    TensorPrimitives.Multiply(source.Slice(row * channels, channels), upstream.Slice(row * channels, channels), terms);
                    TensorPrimitives.Multiply(terms, scales.Slice(row * pitch, channels), terms);
                    TensorPrimitives.Divide(terms, sums.Slice(row * pitch, channels), terms);
                }

                Sum(padded, sums, length);
                TensorPrimitives.Multiply(sums[..length], T.CreateTruncating(-2 * by.Alpha * by.Beta / by.Size), sums[..length]);
                for (int row = 0; row < count; row++)
                {
                    Span<T> gradients = target.Slice(row * channels, channels);
                    TensorPrimitives.Multiply(source.Slice(row * channels, channels), sums.Slice(row * pitch, channels), gradients);
                    TensorPrimitives.MultiplyAdd(upstream.Slice(row * channels, channels), scales.Slice(row * pitch, channels), gradients, gradients);
                }
            }

            private void Sum(ReadOnlySpan<T> padded, Span<T> sums, int length)
            {
                padded[..length].CopyTo(sums);
                for (int place = 1; place < by.Size; place++)
                    TensorPrimitives.Add(sums[..length], padded.Slice(place, length), sums[..length]);
            }

            // d^-0.75, the usual exponent, is two roots and a division: an eighth of the time of a logarithm and an exponential.
            private void Powers(ReadOnlySpan<T> divisors, Span<T> scales, Span<T> spare)
            {
                if (by.Beta != 0.75)
                {
                    TensorPrimitives.Pow(divisors, T.CreateTruncating(-by.Beta), scales);
                    return;
                }

                TensorPrimitives.Sqrt(divisors, scales);
                TensorPrimitives.Sqrt(scales, spare);
                TensorPrimitives.Multiply(scales, spare, scales);
                TensorPrimitives.Divide(T.One, scales, scales);
            }
        }
    }
}
