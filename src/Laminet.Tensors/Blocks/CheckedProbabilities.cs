using System.Globalization;
using System.Numerics;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>A check of targets that are probabilities.</content>
    public sealed partial class Tensor
    {
        /// <summary>Returns the same numbers after a check that each is from 0 to 1. The check tolerates rounding errors and NaN.</summary>
        /// <param name="user">The loss or layer that the check is for, named in the error.</param>
        /// <exception cref="ArgumentOutOfRangeException">A number is below 0 or above 1.</exception>
        /// <exception cref="DTypeException">The numbers are not of a floating-point type.</exception>
        public Tensor CheckedProbabilities(string user = nameof(CheckedProbabilities))
        {
            ArgumentNullException.ThrowIfNull(user);
            return new CheckedProbabilities(user).Apply(this);
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>An identity whose kernel looks at the numbers, so that the check is there when a traced step runs again.</summary>
    /// <param name="User">What to call it in an error.</param>
    public sealed record CheckedProbabilities(string User) : Primitive
    {
        // Probabilities that were computed, such as another network's, are rounded; those of half types more.
        private const double Rounding = 1e-2;

        internal override bool MayThrow => true;

        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Float(User, inputs[0]);
            return inputs[0];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(User, arguments);
            DTypes.Number(arguments.OutputSpec.DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) => arguments.Upstream;

        private readonly ref struct Body(string user, KernelArguments arguments) : INumberBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T>
            {
                ReadOnlySpan<T> numbers = arguments.Input<T>(0);
                T least = T.CreateChecked(-Rounding), most = T.CreateChecked(1 + Rounding);
                for (int i = 0; i < numbers.Length; i++)
                {
                    if (numbers[i] < least || numbers[i] > most)
                    {
                        throw new ArgumentOutOfRangeException(nameof(numbers), string.Create(CultureInfo.InvariantCulture,
                            $"{user}: the target at index {i} is {numbers[i]}; expected 0 for no, 1 for yes, or a probability between. ")
                            + "Number two classes 0 and 1; for more classes use SparseCategoricalCrossentropy, for other numbers a loss such as MeanSquaredError.");
                    }
                }

                numbers.CopyTo(arguments.Output<T>());
            }
        }
    }
}
