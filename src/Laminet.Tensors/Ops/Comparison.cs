using System.Numerics;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Comparison, truth values, choice, and conversion of types.</content>
    public sealed partial class Tensor
    {
        /// <summary>x == y, elementwise. NumPy and Keras: <c>equal</c>; PyTorch: <c>eq</c>; ONNX: <c>Equal</c>.</summary>
        public Tensor Equal(Tensor other) => Promoted(new Compare(Comparison.Equal), this, other);

        /// <summary>x = y.</summary>
        public Tensor Equal(double other) => Promoted(new Compare(Comparison.Equal), this, other);

        /// <summary>x = y.</summary>
        public Tensor Equal(long other) => Promoted(new Compare(Comparison.Equal), this, other);

        /// <summary>x differs from y, elementwise. NumPy, Keras and PyTorch: <c>not_equal</c>.</summary>
        public Tensor NotEqual(Tensor other) => Promoted(new Compare(Comparison.NotEqual), this, other);

        /// <summary>x differs from y.</summary>
        public Tensor NotEqual(double other) => Promoted(new Compare(Comparison.NotEqual), this, other);

        /// <summary>x differs from y.</summary>
        public Tensor NotEqual(long other) => Promoted(new Compare(Comparison.NotEqual), this, other);

        /// <summary>x below y, elementwise. NumPy, Keras and PyTorch: <c>less</c>; ONNX: <c>Less</c>.</summary>
        public Tensor Less(Tensor other) => Promoted(new Compare(Comparison.Less), this, other);

        /// <summary>x below y.</summary>
        public Tensor Less(double other) => Promoted(new Compare(Comparison.Less), this, other);

        /// <summary>x below y.</summary>
        public Tensor Less(long other) => Promoted(new Compare(Comparison.Less), this, other);

        /// <summary>x at most y, elementwise. NumPy, Keras and PyTorch: <c>less_equal</c>; ONNX: <c>LessOrEqual</c>.</summary>
        public Tensor LessEqual(Tensor other) => Promoted(new Compare(Comparison.LessEqual), this, other);

        /// <summary>x at most y.</summary>
        public Tensor LessEqual(double other) => Promoted(new Compare(Comparison.LessEqual), this, other);

        /// <summary>x at most y.</summary>
        public Tensor LessEqual(long other) => Promoted(new Compare(Comparison.LessEqual), this, other);

        /// <summary>x above y, elementwise. NumPy, Keras and PyTorch: <c>greater</c>; ONNX: <c>Greater</c>.</summary>
        public Tensor Greater(Tensor other) => Promoted(new Compare(Comparison.Less), other, this);

        /// <summary>x above y.</summary>
        public Tensor Greater(double other) => Promoted(new Compare(Comparison.Less), other, this);

        /// <summary>x above y.</summary>
        public Tensor Greater(long other) => Promoted(new Compare(Comparison.Less), other, this);

        /// <summary>x at least y, elementwise. NumPy, Keras and PyTorch: <c>greater_equal</c>; ONNX: <c>GreaterOrEqual</c>.</summary>
        public Tensor GreaterEqual(Tensor other) => Promoted(new Compare(Comparison.LessEqual), other, this);

        /// <summary>x at least y.</summary>
        public Tensor GreaterEqual(double other) => Promoted(new Compare(Comparison.LessEqual), other, this);

        /// <summary>x at least y.</summary>
        public Tensor GreaterEqual(long other) => Promoted(new Compare(Comparison.LessEqual), other, this);

        /// <summary>Both true. NumPy, Keras and PyTorch: <c>logical_and</c>; ONNX: <c>And</c>.</summary>
        public Tensor And(Tensor other) => With(other, LogicalKind.And);

        /// <summary>At least one true. NumPy, Keras and PyTorch: <c>logical_or</c>; ONNX: <c>Or</c>.</summary>
        public Tensor Or(Tensor other) => With(other, LogicalKind.Or);

        /// <summary>Exactly one true. NumPy, Keras and PyTorch: <c>logical_xor</c>; ONNX: <c>Xor</c>.</summary>
        public Tensor Xor(Tensor other) => With(other, LogicalKind.Xor);

        private Tensor With(Tensor other, LogicalKind kind)
        {
            ArgumentNullException.ThrowIfNull(other);
            return new Logical(kind).Apply(this, other);
        }

        /// <summary>The opposite truth value. NumPy, Keras and PyTorch: <c>logical_not</c>; ONNX: <c>Not</c>.</summary>
        public Tensor Not() => Xor(Scalar(true));

        /// <summary>Where the element is NaN. NumPy, Keras and PyTorch: <c>isnan</c>; ONNX: <c>IsNaN</c>.</summary>
        public Tensor IsNaN() => NotEqual(this);

        /// <summary>Where the element is neither infinite nor NaN. NumPy, Keras and PyTorch: <c>isfinite</c>.</summary>
        public Tensor IsFinite() => (this - this).Equal(0);

        /// <summary>x where the condition is true, else y; all three broadcast together. NumPy, Keras and PyTorch: <c>where</c>; ONNX: <c>Where</c>.</summary>
        /// <remarks>
        /// Both branches and their gradients are computed for all elements. If the branch that is not chosen has an infinite or NaN
        /// derivative, the zero upstream gradient becomes NaN (0 times infinity), as in TensorFlow, JAX and PyTorch:
        /// <c>Where(x.Greater(0), x.Sqrt(), zero)</c> has the gradient NaN at 0. Replace the operand as well as the result:
        /// <code>
        /// Tensor positive = x.Greater(0);
        /// Tensor root = Tensor.Where(positive, Tensor.Where(positive, x, x.OnesLike()).Sqrt(), x.ZerosLike());   // gradient 0 at 0
        /// </code>
        /// </remarks>
        public static Tensor Where(Tensor condition, Tensor x, Tensor y)
        {
            ArgumentNullException.ThrowIfNull(condition);
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(y);
            DType common = DTypes.Promote(x.DType, y.DType);
            return new Select().Apply(condition, x.Cast(common), y.Cast(common));
        }

        /// <summary>
        /// Of several tensors, at each element that of the first whose condition is true there, else a number. Both branches count as in <see cref="Where"/>. NumPy and Keras: <c>select</c>.
        /// </summary>
        /// <param name="conditions">Bool; all broadcast.</param>
        /// <param name="choices">A tensor for each condition.</param>
        /// <param name="otherwise">Where no condition is true.</param>
        /// <exception cref="ArgumentException">There is not one choice for each condition, or there is none.</exception>
        public static Tensor Select(IReadOnlyList<Tensor> conditions, IReadOnlyList<Tensor> choices, double otherwise = 0)
        {
            ArgumentNullException.ThrowIfNull(conditions);
            ArgumentNullException.ThrowIfNull(choices);
            if (conditions.Count != choices.Count || choices.Count == 0)
                throw new ArgumentException($"Select: received {conditions.Count} conditions and {choices.Count} choices; expected a choice for each condition, and at least one.", nameof(choices));
            return conditions.Zip(choices).Reverse().Aggregate(Scalar(otherwise, choices.Select(choice => choice.DType).Aggregate(DTypes.Promote)), (result, next) => Where(next.First, next.Second, result));
        }

        /// <summary>
        /// Converts the numbers to another type. Conversion to an integer type truncates and saturates, also for integers that are too large (NumPy wraps them);
        /// NaN becomes 0. Conversion to Float16 and BFloat16 rounds to Float32 and then to the nearest value, ties to even. Conversion to Bool
        /// is x != 0. Keras: <c>cast</c>, <c>saturate_cast</c>; NumPy: <c>astype</c>; PyTorch: <c>to</c>; ONNX: <c>Cast</c>.
        /// </summary>
        public Tensor Cast(DType dtype) => dtype == DType ? this : new Cast(dtype).Apply(this);

        /// <summary>This tensor where the mask is true, else 0; the mask has this tensor's shape or broadcasts to it.</summary>
        internal Tensor MaskedBy(Tensor mask) => Where(mask, this, Scalar(0, DType));
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Which comparison.</summary>
    public enum Comparison
    {
        /// <summary>x = y.</summary>
        Equal,

        /// <summary>x and y differ.</summary>
        NotEqual,

        /// <summary>x below y.</summary>
        Less,

        /// <summary>x below or equal to y.</summary>
        LessEqual,
    }

    /// <summary>A comparison of each two elements, with broadcasting: Bool.</summary>
    /// <param name="Comparison">Which comparison.</param>
    public sealed record Compare(Comparison Comparison) : Elementwise
    {
        /// <inheritdoc/>
        public override string Name => Comparison.ToString();

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            if (Comparison is Comparison.Less or Comparison.LessEqual)
                Check.Number(Name, inputs[0]);
            Check.SameType(Name, inputs[0], inputs[1]);
            return new(Check.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), DType.Bool);
        }

        internal override void Tile(in TileArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.Number(arguments.InputType.AsNumber(), ref body);
        }

        private void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> result) where T : unmanaged, INumber<T>
        {
            x = x[..result.Length];
            y = y[..result.Length];
            switch (Comparison)
            {
                case Comparison.Equal:
                    for (int i = 0; i < result.Length; i++)
                        result[i] = x[i] == y[i];
                    break;
                case Comparison.NotEqual:
                    for (int i = 0; i < result.Length; i++)
                        result[i] = x[i] != y[i];
                    break;
                case Comparison.Less:
                    for (int i = 0; i < result.Length; i++)
                        result[i] = x[i] < y[i];
                    break;
                default:
                    for (int i = 0; i < result.Length; i++)
                        result[i] = x[i] <= y[i];
                    break;
            }
        }

        private readonly ref struct Body(Compare operation, TileArguments arguments) : INumberBody
        {
            private readonly TileArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T> =>
                operation.Invoke(arguments.Input<T>(0), arguments.Input<T>(1), arguments.Output<bool>());
        }
    }

    /// <summary>Which operation on truth values.</summary>
    public enum LogicalKind
    {
        /// <summary>Both.</summary>
        And,

        /// <summary>At least one.</summary>
        Or,

        /// <summary>Exactly one.</summary>
        Xor,
    }

    /// <summary>An operation on each two truth values, with broadcasting.</summary>
    /// <param name="Kind">Which.</param>
    public sealed record Logical(LogicalKind Kind) : Elementwise
    {
        /// <inheritdoc/>
        public override string Name => Kind.ToString();

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) =>
            inputs[0].DType == DType.Bool && inputs[1].DType == DType.Bool
                ? new(Check.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), DType.Bool)
                : throw new DTypeException($"{Name}: received {inputs[0]} and {inputs[1]}; expected Bool. Compare with something first, as in x.Greater(0).");

        internal override void Tile(in TileArguments arguments) => Invoke(arguments.Input<bool>(0), arguments.Input<bool>(1), arguments.Output<bool>());

        private void Invoke(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = Kind switch { LogicalKind.And => x[i] & y[i], LogicalKind.Or => x[i] | y[i], _ => x[i] ^ y[i] };
        }
    }

    /// <summary>Inputs: condition (Bool), x, y, which broadcast. x where the condition is true, else y.</summary>
    public sealed record Select : Elementwise
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            if (inputs[0].DType != DType.Bool)
                throw new DTypeException($"Where: received the condition {inputs[0]}; expected Bool. Compare with something first, as in x.Greater(0).");
            Shape values = Check.Broadcast("Where", inputs[1].Shape, inputs[2].Shape);
            return new(Check.Broadcast("Where", inputs[0].Shape, values), Check.SameType("Where", inputs[1], inputs[2]));
        }

        internal override void Tile(in TileArguments arguments)
        {
            Body body = new(arguments);
            DTypes.BySize(arguments.OutputType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments)
        {
            if (input == 0)
                return null;
            Tensor zero = Tensor.Scalar(0, arguments.Upstream.DType);
            Tensor chosen = input == 1
                ? Tensor.Where(arguments.Inputs[0], arguments.Upstream, zero)
                : Tensor.Where(arguments.Inputs[0], zero, arguments.Upstream);
            return chosen.SumTo(arguments.Inputs[input].Shape);
        }

        private static void Invoke<T>(ReadOnlySpan<bool> condition, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = condition[i] ? x[i] : y[i];
        }

        private readonly ref struct Body(TileArguments arguments) : IMoveBody
        {
            private readonly TileArguments arguments = arguments;

            public void Run<T>() where T : unmanaged =>
                Invoke(arguments.Input<bool>(0), arguments.Input<T>(1), arguments.Input<T>(2), arguments.Output<T>());
        }
    }

    /// <summary>The same numbers in another element type.</summary>
    /// <param name="To">The output's element type.</param>
    public sealed record Cast(DType To) : Elementwise
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(inputs[0].Shape, To);

        internal override Operation? Simplify(Operation self) => self.Inputs[0].Spec == self.Spec ? self.Inputs[0] : null;

        internal override void Tile(in TileArguments arguments) => Conversion.Convert(arguments);

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) =>
            arguments.Inputs[0].DType.IsFloat() ? arguments.Upstream.Cast(arguments.Inputs[0].DType) : null;
    }
}
