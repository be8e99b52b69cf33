namespace Laminet.Tensors;

/// <content>Einstein's summation.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// Sums of products by an equation of subscripts: <c>Einsum("ij,jk->ik", a, b)</c> is a matrix product, <c>"bij,bjk->bik"</c> a product of each matrix of a batch, <c>"ii->i"</c> a
    /// diagonal, <c>"ij->"</c> a sum. A letter that the result does not have is summed over. <c>...</c> stands for any further axes, which broadcast. Without
    /// <c>-></c> the result has the axes of <c>...</c>, then the letters that occur once, in alphabetical order. As in NumPy's einsum, an axis of length 1 broadcasts.
    /// Several tensors are multiplied in the order that costs the fewest multiplications. NumPy, Keras and PyTorch: <c>einsum</c>; ONNX: <c>Einsum</c>.
    /// </summary>
    /// <param name="equation">The subscripts of each tensor, separated by commas, and of the result.</param>
    /// <param name="tensors">The tensors, of one type.</param>
    /// <exception cref="ArgumentException">The equation cannot be read, or does not have a term for each tensor.</exception>
    /// <exception cref="ShapeException">A tensor does not have the axes of its term, or a letter stands for two lengths.</exception>
    public static Tensor Einsum(string equation, params IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(equation);
        ArgumentNullException.ThrowIfNull(tensors);
        return new Ops.EinsumContraction(equation, tensors).Result();
    }
}
