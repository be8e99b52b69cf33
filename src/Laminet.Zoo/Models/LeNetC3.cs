using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// Layer C3 of <see cref="LeNet5.Of1998"/>: a convolution of 5 x 5 from 6 maps to 16, each of which sees only some of the 6, so that different maps learn different things. 60 kernels and 16 biases, 1,516
/// parameters. Input (batch, height, width, 6), output (batch, height - 4, width - 4, 16). (LeCun et al., 1998, table I.) Before <c>Model.Load</c> in a new process, call
/// <see cref="ModelCatalog.RegisterLayers"/>.
/// </summary>
public sealed class LeNetC3 : Layer
{
    private const int Side = 5, Maps = 6;

    // The maps that each of the 16 sees: six neighbourhoods of three, six of four, three with a gap, all.
    private static readonly int[][] Seen =
    [
        [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5],
        [0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [0, 3, 4, 5], [0, 1, 4, 5], [0, 1, 2, 5],
        [0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 2, 3, 4, 5],
    ];

    private Variable? kernel, bias;

    // A network that has the layer can be saved at once; a file that names it can be loaded after ModelCatalog.RegisterLayers.
    static LeNetC3() => Registry.Register<LeNetC3>();

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank != 4 || input[-1] != Maps)
            throw new ArgumentException($"{nameof(LeNetC3)}: received an input of shape {input}; expected (batch, height, width, {Maps}), the maps of the layer before.", nameof(input));
        int kernels = Seen.Sum(maps => maps.Length);
        // As if each map saw 60 / 16 of the 6.
        double limit = LeNet5.Limit(Side * Side * kernels / (double)Seen.Length);
        kernel = AddWeight("kernel", [Side * Side, kernels], new RandomUniform(-limit, limit));
        bias = AddWeight("bias", [Seen.Length], new Zeros());
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) =>
        input.Convolution(kernel!.Value.MatMul(Places(input.DType)).Reshape(Side, Side, Maps, Seen.Length), bias!.Value, (1, 1), Padding.Valid);

    // 1 where the kernel of a row is that of a pair of maps, one column for each pair.
    private static Tensor Places(DType type)
    {
        int[] pairs = [.. Seen.SelectMany((maps, map) => maps.Select(inputMap => (inputMap * Seen.Length) + map))];
        return Tensor.From(pairs).OneHot(Maps * Seen.Length, dtype: type);
    }
}
