namespace Laminet.Tensors.Kernels;

/// <summary>What happens to the finished sums of a product: y = relu(sum scale + addend + bias), each part optional.</summary>
internal unsafe struct Epilogue<T> where T : unmanaged
{
    /// <summary>Null, or one factor a column.</summary>
    public T* Scale;

    /// <summary>Null, or values laid out like the result; without a scale it may be the result itself, to add to what it holds.</summary>
    public T* Addend;

    /// <summary>Null, or one value a column.</summary>
    public T* Bias;

    /// <summary>Whether negative results become 0.</summary>
    public bool Rectify;
}
