namespace Laminet.Tensors;

/// <content>
/// Complex numbers as two real tensors, as Fourier transforms give and take them. A complex array of another library is a pair here.
/// </content>
public sealed partial class Tensor
{
    /// <summary>
    /// The real and imaginary parts that lie next to each other in a last axis of length 2. Keras: <c>view_as_complex</c>, <c>real</c>, <c>imag</c>; NumPy: <c>real</c>, <c>imag</c>; PyTorch:
    /// <c>view_as_complex</c>.
    /// </summary>
    /// <exception cref="ShapeException">The last axis has another length.</exception>
    public (Tensor Real, Tensor Imaginary) ViewAsComplex() => Rank > 0 && Shape[-1] == 2
        ? (At(0, -1), At(1, -1))
        : throw new ShapeException($"ViewAsComplex: received the shape {Shape}; expected a last axis of length 2, the real and the imaginary part.");

    /// <summary>Real and imaginary parts next to each other, in a new last axis of length 2. Keras and PyTorch: <c>view_as_real</c>.</summary>
    /// <param name="real">The real parts.</param>
    /// <param name="imaginary">The imaginary parts, of the same shape and type.</param>
    public static Tensor ViewAsReal(Tensor real, Tensor imaginary)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(imaginary);
        return Stack([real, imaginary], -1);
    }

    /// <summary>The opposite imaginary part. NumPy and Keras: <c>conj</c>, <c>conjugate</c>; PyTorch: <c>conj</c>. Of real numbers it is themselves.</summary>
    /// <inheritdoc cref="ViewAsReal"/>
    public static (Tensor Real, Tensor Imaginary) Conj(Tensor real, Tensor imaginary)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(imaginary);
        return (real, -imaginary);
    }

    /// <summary>
    /// The angle with the positive real axis, atan2(imaginary, real), from -π to π; of real numbers 0 or π, with an imaginary part of zeros. NumPy, Keras and PyTorch: <c>angle</c>.
    /// </summary>
    /// <inheritdoc cref="ViewAsReal"/>
    public static Tensor Angle(Tensor real, Tensor imaginary)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(imaginary);
        return imaginary.Atan2(real);
    }

    /// <summary>Whether the imaginary part is 0; Bool. NumPy, Keras and PyTorch: <c>isreal</c>, which of real numbers is true.</summary>
    /// <inheritdoc cref="ViewAsReal"/>
    public static Tensor IsReal(Tensor real, Tensor imaginary)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(imaginary);
        return imaginary.Equal(0L).BroadcastTo(Shape.Broadcast(real.Shape, imaginary.Shape));
    }

    /// <summary>The complex numbers of a size and an angle, (size cos(angle), size sin(angle)). Keras and PyTorch: <c>polar</c>.</summary>
    /// <param name="size">The distance from 0.</param>
    /// <param name="angle">The angle in radians; both broadcast.</param>
    public static (Tensor Real, Tensor Imaginary) Polar(Tensor size, Tensor angle)
    {
        ArgumentNullException.ThrowIfNull(size);
        ArgumentNullException.ThrowIfNull(angle);
        return (size * angle.Cos(), size * angle.Sin());
    }
}
