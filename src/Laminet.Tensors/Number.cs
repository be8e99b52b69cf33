using System.Globalization;
using System.Numerics;

namespace Laminet.Tensors;

/// <summary>
/// A C# number as operand of a tensor operation: an integer or a floating-point number. An integer keeps all 64 bits, which a double would not.
/// </summary>
public readonly record struct Number
{
    private readonly double fraction;
    private readonly ulong bits;
    private readonly Form form;

    private Number(double fraction, ulong bits, Form form) => (this.fraction, this.bits, this.form) = (fraction, bits, form);

    private enum Form
    {
        Fraction,
        Signed,
        Unsigned,
    }

    /// <summary>True if the number is a C# integer; 2.0 is not.</summary>
    public bool IsWhole => form != Form.Fraction;

    /// <summary>Converts a floating-point number.</summary>
    public static implicit operator Number(double value) => new(value, 0, Form.Fraction);

    /// <summary>A whole number.</summary>
    public static implicit operator Number(long value) => new(0, (ulong)value, Form.Signed);

    /// <summary>A whole number.</summary>
    public static implicit operator Number(ulong value) => new(0, value, Form.Unsigned);

    /// <summary>The number in a type, rounded or saturated where the type does not hold it.</summary>
    public T To<T>() where T : INumber<T> => form switch
    {
        Form.Signed => T.CreateSaturating((long)bits),
        Form.Unsigned => T.CreateSaturating(bits),
        _ => T.CreateSaturating(fraction),
    };

    /// <summary>Whether an element of the type can be this number; a floating-point type rounds and so holds all.</summary>
    internal bool IsHeldBy(DType dtype)
    {
        if (!dtype.IsInteger())
            return true;
        // The usual case: all integers hold 0 to 127.
        if (IsWhole && bits <= (ulong)sbyte.MaxValue)
            return true;
        (Int128 lowest, Int128 highest) = DTypes.Range(dtype);
        Int128 whole = To<Int128>();
        return (IsWhole || double.IsInteger(fraction)) && whole >= lowest && whole <= highest;
    }

    /// <inheritdoc/>
    public override string ToString() => form switch
    {
        Form.Signed => ((long)bits).ToString(CultureInfo.InvariantCulture),
        Form.Unsigned => bits.ToString(CultureInfo.InvariantCulture),
        _ => fraction.ToString(CultureInfo.InvariantCulture),
    };
}
