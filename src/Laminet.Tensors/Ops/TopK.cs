using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>The largest elements of each row.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The k largest elements along an axis, the largest first, and their indices (Int32). Among equal elements the one with the lower
        /// index comes first. NaN counts as largest, as in <see cref="ArgMax"/>. The gradient flows to the selected elements. Keras:
        /// <c>top_k</c>; PyTorch: <c>topk</c>; ONNX: <c>TopK</c>.
        /// </summary>
        /// <param name="k">How many; 0 gives empty tensors.</param>
        /// <param name="axis">The axis, the last by default; it has length k in both results.</param>
        /// <exception cref="ArgumentOutOfRangeException">The number is negative or above the axis's length.</exception>
        /// <exception cref="DTypeException">The tensor is of Bool.</exception>
        public (Tensor Values, Tensor Indices) TopK(int k, int axis = -1)
        {
            int place = Shape.Axis(axis);
            if (k < 0 || k > Shape[place])
                throw new ArgumentOutOfRangeException(nameof(k), $"TopK: received k = {k}; axis {axis} of {Shape} has {Shape[place]} elements, so k is 0 to {Shape[place]}.");
            Tensor[] outputs = new TopK(k).ApplyAll(SwappedWithLast(place));
            return (outputs[0].SwappedWithLast(place), outputs[1].SwappedWithLast(place));
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Of each row along the last axis the K largest elements, and their indices.</summary>
    /// <param name="K">How many of each row.</param>
    public sealed record TopK(int K) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Number(Name, inputs[0]);
            Shape chosen = inputs[0].Shape.With(-1, K);
            return [new(chosen, inputs[0].DType), new(chosen, DType.Int32)];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => inputs[0].Shape.ElementCount;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.TopK(
            arguments.InputTensor(0), K, arguments.HasOutput(0) ? arguments.OutputTensorAt(0) : null, arguments.HasOutput(1) ? arguments.OutputTensorAt(1) : null);

        // All rows as one: an index then says which element of the whole tensor was chosen.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Shape shape = arguments.Inputs[0].Shape;
            int length = shape[-1], rows = shape.CountOf(..(shape.Rank - 1));
            Tensor starts = Tensor.From([.. Enumerable.Range(0, rows).Select(row => row * length)], [rows, 1]);
            Tensor places = (arguments.Outputs[1].Reshape([rows, K]) + starts).Reshape([rows * K]);
            return [new ScatterAdd(0, shape.ElementCount, AreChecked: true).Apply(arguments.Upstream.Reshape([rows * K]), places).Reshape(shape)];
        }
    }
}
