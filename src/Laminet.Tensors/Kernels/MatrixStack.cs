namespace Laminet.Tensors.Kernels;

/// <summary>A factor of a product: its two innermost axes are a matrix, maybe transposed; the outer axes broadcast to the product's.</summary>
internal readonly ref struct MatrixStack(Tensor tensor, bool transposed)
{
    private readonly int rowAxis = tensor.Rank - (transposed ? 1 : 2), columnAxis = tensor.Rank - (transposed ? 2 : 1);

    public Tensor Tensor { get; } = tensor;

    public int Rows => Tensor.Shape.Dimensions[rowAxis];

    public int Columns => Tensor.Shape.Dimensions[columnAxis];

    public int RowStride => Tensor.Strides[rowAxis];

    public int ColumnStride => Tensor.Strides[columnAxis];

    /// <summary>Whether the outer axes broadcast to those of a product.</summary>
    public bool BroadcastsTo(Shape product)
    {
        int added = product.Rank - Tensor.Rank;
        bool fits = added >= 0;
        for (int axis = 0; fits && axis < Tensor.Rank - 2; axis++)
            fits = Tensor.Shape.Dimensions[axis] == 1 || Tensor.Shape.Dimensions[axis] == product.Dimensions[axis + added];
        return fits;
    }

    /// <summary>Where, in elements from the tensor's first, the matrix of one product of the stack begins.</summary>
    public nint PlaceOf(int number, Shape product)
    {
        nint place = 0;
        for (int axis = product.Rank - 3; axis >= 0; axis--)
        {
            (number, int index) = Math.DivRem(number, product.Dimensions[axis]);
            int own = axis - (product.Rank - Tensor.Rank);
            if (own >= 0 && Tensor.Shape.Dimensions[own] != 1)
                place += (nint)index * Tensor.Strides[own];
        }

        return place;
    }
}
