using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>What happens to the finished sums of a product: y = min(relu(sum scale + bias + addend), ceiling), each part optional. Without a scale the addend comes before the bias.</summary>
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

    /// <summary>Whether y sigmoid(y) follows instead of a relu; of Float32 only.</summary>
    public bool Swish;

    /// <summary>Whether negative results become 0, and no others change.</summary>
    public bool Rectify
    {
        set => Ceiling = value ? T.CreateSaturating(double.PositiveInfinity) : T.Zero;
    }
}
