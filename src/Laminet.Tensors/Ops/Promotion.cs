using System.Runtime.CompilerServices;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>
/// Operands of two types are cast to the one they have in common (<see cref="DTypes.Promote"/>), by operations like any other, so that
/// gradients and compiled functions know them. A C# number takes the tensor's type; but a number of a floating-point C# type makes integers
/// Float32, and a C# integer makes truth values Int32. These are the rules of Keras 3 and JAX.
/// </content>
public sealed partial class Tensor
{
    // An operand that is null is named as the public method names it.
    private static Tensor Promoted(
        Primitive operation, Tensor x, Tensor y, [CallerArgumentExpression(nameof(x))] string nameOfX = "", [CallerArgumentExpression(nameof(y))] string nameOfY = "")
    {
        ArgumentNullException.ThrowIfNull(x, nameOfX);
        ArgumentNullException.ThrowIfNull(y, nameOfY);
        if (x.DType == y.DType)
            return operation.Apply(x, y);
        DType common = DTypes.Promote(x.DType, y.DType);
        return operation.Apply(x.Cast(common), y.Cast(common));
    }

    private static Tensor Promoted(Primitive operation, Tensor x, Number y)
    {
        ArgumentNullException.ThrowIfNull(x);
        x = x.For(y);
        return operation.Apply(x, Full(Shape.Scalar, y, x.DType));
    }

    private static Tensor Promoted(Primitive operation, Number x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        y = y.For(x);
        return operation.Apply(Full(Shape.Scalar, x, y.DType), y);
    }

    // This tensor in the type that it has together with a number.
    private Tensor For(Number number) => !number.IsWhole ? AsFloat() : DType == DType.Bool ? Cast(DType.Int32) : this;

    private Tensor AsFloat() => DType.IsFloat() ? this : Cast(DType.Float32);

    private static Tensor Quotient(Tensor x, Number y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Promoted(new Divide(), x.AsFloat(), y);
    }

    private static Tensor Quotient(Number x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Promoted(new Divide(), x, y.AsFloat());
    }
}
