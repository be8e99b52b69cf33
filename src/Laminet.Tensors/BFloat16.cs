using System.Globalization;

namespace Laminet.Tensors;

/// <summary>
/// The upper half of a <see cref="float"/>: its sign and exponent, and 8 significant bits. For storage; compute in <see cref="float"/>.
/// (.NET 10 has no such type.)
/// </summary>
public readonly struct BFloat16 : IEquatable<BFloat16>, IComparable<BFloat16>, IFormattable
{
    // The bit that makes a NaN quiet, and that keeps one whose other bits are cut off from becoming infinite.
    internal const uint QuietNaN = 0x0040_0000;

    private readonly ushort bits;

    private BFloat16(ushort bits) => this.bits = bits;

    /// <summary>The largest finite number, some 3.39e38.</summary>
    public static BFloat16 MaxValue => new(0x7F7F);

    /// <summary>The smallest finite number, some -3.39e38.</summary>
    public static BFloat16 MinValue => new(0xFF7F);

    /// <summary>Rounds to the nearest value, ties to even. NaN stays NaN.</summary>
    public static explicit operator BFloat16(float value)
    {
        uint single = BitConverter.SingleToUInt32Bits(value);
        return new((ushort)((float.IsNaN(value) ? single | QuietNaN : single + 0x7FFF + ((single >> 16) & 1)) >> 16));
    }

    /// <summary>Rounds to <see cref="float"/> and then to this type, as all conversions here do.</summary>
    public static explicit operator BFloat16(double value) => (BFloat16)(float)value;

    /// <summary>The same number; exact.</summary>
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.bits << 16);

    /// <summary>Equality of numbers: NaN equals nothing, -0 equals 0.</summary>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == right;

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(BFloat16 left, BFloat16 right) => (float)left != right;

    /// <summary>Whether left is smaller.</summary>
    public static bool operator <(BFloat16 left, BFloat16 right) => (float)left < right;

    /// <summary>Whether left is larger.</summary>
    public static bool operator >(BFloat16 left, BFloat16 right) => (float)left > right;

    /// <summary>Whether left is smaller or equal.</summary>
    public static bool operator <=(BFloat16 left, BFloat16 right) => (float)left <= right;

    /// <summary>Whether left is larger or equal.</summary>
    public static bool operator >=(BFloat16 left, BFloat16 right) => (float)left >= right;

    /// <summary>The largest number below a finite one.</summary>
    internal static BFloat16 BitDecrement(BFloat16 value) =>
        new((ushort)((float)value == 0 ? 0x8001 : (float)value > 0 ? value.bits - 1 : value.bits + 1));

    /// <summary>The number with these bits.</summary>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The number's bits.</summary>
    public ushort ToBits() => bits;

    /// <inheritdoc/>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo(other);

    /// <summary>Equality of numbers, but NaN equals NaN.</summary>
    public bool Equals(BFloat16 other) => ((float)this).Equals(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ((float)this).ToString(format, formatProvider);
}
