using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>What happens to the finished sums of a product: y = min(relu(sum scale + addend + bias), ceiling), each part optional.</summary>
internal unsafe struct Epilogue<T> where T : unmanaged, INumber<T>
{
    /// <summary>Null, or one factor a column.</summary>
    public T* Scale;

    /// <summary>Null, or values laid out like the result; without a scale it may be the result itself, to add to what it holds.</summary>
    public T* Addend;

    /// <summary>Null, or one value a column.</summary>
    public T* Bias;

    /// <summary>0, or what results above it become, where negative ones become 0.</summary>
    public T Ceiling;

    /// <summary>Whether negative results become 0, and no others change.</summary>
    public bool Rectify
    {
        set => Ceiling = value ? T.CreateSaturating(double.PositiveInfinity) : T.Zero;
    }
}
