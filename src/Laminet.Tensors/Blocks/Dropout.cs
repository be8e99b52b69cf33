using System.Globalization;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Dropout.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Sets a share of the elements to zero, each independently, and scales the rest by 1 / (1 - rate). The choice is a function
        /// of the key and the position of an element alone. So the gradient drops the same elements without storing anything. (Srivastava et al.,
        /// "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.) Keras: <c>random.dropout</c>; PyTorch: <c>nn.functional.dropout</c>; ONNX: <c>Dropout</c>.
        /// </summary>
        /// <param name="key">The key of the random choice.</param>
        /// <param name="rate">The fraction of elements set to zero, at least 0 and below 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">The rate is not in that range.</exception>
        /// <exception cref="DTypeException">The tensor is not of Float32 or Float64.</exception>
        public Tensor Dropout(RandomKey key, double rate) => rate is >= 0 and < 1
            ? new Dropout(rate).Apply(this, key.AsTensor())
            : throw new ArgumentOutOfRangeException(nameof(rate), string.Create(CultureInfo.InvariantCulture,
                $"Dropout: received the rate {rate}; expected at least 0 and below 1."));
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>Inputs: x, a key (an Int64 scalar, so that a traced step can be given another each time).</summary>
    /// <param name="Rate">The share of elements that become 0.</param>
    public sealed record Dropout(double Rate) : Block
    {
        internal override bool IsOnePass => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Float(Name, inputs[0]);
            return inputs[1] == new TensorSpec(Shape.Scalar, DType.Int64)
                ? inputs[0]
                : throw new DTypeException($"{Name}: received the key {inputs[1]}; expected an Int64 scalar.");
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor x, Tensor key) = (inputs[0], inputs[1]);
            Tensor kept = new RandomDraw(RandomKind.Uniform, x.Shape, DType.Float32).Apply(key).Less(1 - Rate);
            return Tensor.Where(kept, x * (1 / (1 - Rate)), Tensor.Scalar(0, x.DType));
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.Dropout(arguments.InputTensor(0), arguments.Input<long>(1)[0], Rate, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) => [new Dropout(Rate).Apply(arguments.Upstream, arguments.Inputs[1]), null];
    }
}
