using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// The output of <see cref="LeNet5.Of1998"/>: minus the squared distance of the features from the picture of each class, y_c = -sum_i (x_i - w_ci)^2, where w_c is -1 and 1: a digit drawn on 7 x 12 pixels. Nothing
/// of it is learned. Other than ten classes have random pictures. Input (batch, 84), output (batch, classes); no parameters. (LeCun et al., 1998, figure 3 and equation 7.) Before <c>Model.Load</c> in a new
/// process, call <see cref="ModelCatalog.RegisterLayers"/>.
/// </summary>
/// <param name="classes">The number of classes.</param>
public sealed class LeNetOutput(int classes = 10) : Layer
{
    /// <summary>The number of features: a picture of 7 x 12.</summary>
    public const int Features = 84;

    private static readonly string[] Digits =
    [
        "..###.. .#...#. #.....# #.....# #.....# #.....# #.....# #.....# #.....# .#...#. ..###.. .......",
        "...#... ..##... .#.#... ...#... ...#... ...#... ...#... ...#... ...#... ...#... .#####. .......",
        ".#####. #.....# ......# ......# .....#. ...##.. ..#.... .#..... #...... #...... ####### .......",
        ".#####. #.....# ......# ......# ......# ..####. ......# ......# ......# #.....# .#####. .......",
        ".....#. ....##. ...#.#. ..#..#. .#...#. #....#. ####### .....#. .....#. .....#. .....#. .......",
        "####### #...... #...... #...... ######. ......# ......# ......# ......# #.....# .#####. .......",
        "..####. .#..... #...... #...... #.####. ##....# #.....# #.....# #.....# .#....# ..####. .......",
        "####### ......# .....#. .....#. ....#.. ....#.. ...#... ...#... ..#.... ..#.... ..#.... .......",
        ".#####. #.....# #.....# #.....# .#####. #.....# #.....# #.....# #.....# #.....# .#####. .......",
        ".####.. #....#. #.....# #.....# #.....# #....## .####.# ......# ......# .....#. .####.. .......",
    ];

    static LeNetOutput() => Registry.Register<LeNetOutput>();

    /// <summary>The number of classes.</summary>
    public int Classes { get; } = Setting.Require(classes, classes >= 1, "1 or more", nameof(classes));

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank != 2 || input[1] != Features)
            throw new ArgumentException($"{nameof(LeNetOutput)}: received an input of shape {input}; expected (batch, {Features}), the pixels of a picture of 7 x 12.", nameof(input));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => -(input.ExpandDims(1) - Pictures(Classes).Cast(input.DType)).Square().Sum(-1);

    /// <summary>The picture of each class, -1 and 1, Float32 (classes, 84).</summary>
    internal static Tensor Pictures(int classes) => classes == Digits.Length
        ? Tensor.From([.. Digits.SelectMany(rows => rows.Where(c => c != ' ').Select(c => c == '#' ? 1f : -1f))], [classes, Features])
        : (new RandomKey(1998).Uniform([classes, Features]).GreaterEqual(0.5).Cast(DType.Float32) * 2) - 1;
}
