using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What <see cref="ConvLSTM1D"/>, <see cref="ConvLSTM2D"/> and <see cref="ConvLSTM3D"/> share: the settings of their convolutions.</summary>
/// <typeparam name="TSize">The size of kernels and steps, which says how many spatial axes there are.</typeparam>
public abstract class ConvLSTM<TSize> : UnitRecurrence where TSize : struct, ISpatialSize<TSize>
{
    private readonly ConvLSTMCell<TSize> cell;

    /// <inheritdoc cref="RecurrentLayer(RecurrentCell, bool, bool, bool, bool, bool)"/>
    private protected ConvLSTM(ConvLSTMCell<TSize> cell, bool returnSequences, bool returnState, bool goBackwards, bool stateful, bool zeroOutputForMask)
        : base(cell, returnSequences, returnState, goBackwards, stateful, zeroOutputForMask) => this.cell = cell;

    /// <summary>How many maps come out.</summary>
    public int Filters => cell.Units;

    /// <summary>The length of the kernels along each spatial axis.</summary>
    public TSize KernelSize => cell.KernelSize;

    /// <summary>Steps of the convolution of the input; 1 by default.</summary>
    public TSize Strides => cell.Strides;

    /// <summary>The border in the convolution of the input: none by default, or <see cref="Padding.Same"/>.</summary>
    public Padding Padding => cell.Padding;

    /// <summary>Distance between the cells of the kernel in the convolution of the input; 1 by default.</summary>
    public TSize Dilation => cell.Dilation;

    /// <summary>The function of the gates; sigmoid by default.</summary>
    public ActivationFunction RecurrentActivation => cell.RecurrentActivation;

    /// <summary>Whether the bias of the forget gate begins with 1, so that at first nothing is forgotten.</summary>
    public bool UnitForgetBias => cell.UnitForgetBias;

    private protected override int InputRank => KernelSize.Lengths.Count + 3;

    private protected override string InputAxes => InputRank switch
    {
        4 => "(batch, time, length, channels)",
        5 => "(batch, time, height, width, channels)",
        _ => "(batch, time, depth, height, width, channels)",
    };
}
