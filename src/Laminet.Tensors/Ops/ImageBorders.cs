using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Images cut and surrounded by borders.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// A window of images (batch, height, width, channels). Along the height two of <paramref name="top"/>, <paramref name="bottom"/> and <paramref name="height"/> are given, along the width two of
    /// <paramref name="left"/>, <paramref name="right"/> and <paramref name="width"/>. Keras: <c>ops.image.crop_images</c>.
    /// </summary>
    /// <param name="top">How many rows are cut off above.</param>
    /// <param name="left">How many columns are cut off to the left.</param>
    /// <param name="bottom">How many rows are cut off below.</param>
    /// <param name="right">How many columns are cut off to the right.</param>
    /// <param name="height">The height of the window.</param>
    /// <param name="width">Its width.</param>
    /// <exception cref="ArgumentException">Not two of three are given, or one is negative.</exception>
    /// <exception cref="ShapeException">These are no images, or the window is not within them.</exception>
    public Tensor CropImages(int? top = null, int? left = null, int? bottom = null, int? right = null, int? height = null, int? width = null)
    {
        Window.RequireImages("CropImages", Shape);
        (int above, int rows, _) = Sides("CropImages", "top, bottom and height", Shape[1], top, bottom, height, isInside: true);
        (int before, int columns, _) = Sides("CropImages", "left, right and width", Shape[2], left, right, width, isInside: true);
        return Slice(above, above + rows, axis: 1).Slice(before, before + columns, axis: 2);
    }

    /// <summary>
    /// Images (batch, height, width, channels) with a border of zeros. Along the height two of <paramref name="top"/>, <paramref name="bottom"/> and <paramref name="height"/> are given, along the width two of
    /// <paramref name="left"/>, <paramref name="right"/> and <paramref name="width"/>. Keras: <c>ops.image.pad_images</c>.
    /// </summary>
    /// <param name="top">How many rows are added above.</param>
    /// <param name="left">How many columns are added to the left.</param>
    /// <param name="bottom">How many rows are added below.</param>
    /// <param name="right">How many columns are added to the right.</param>
    /// <param name="height">The height of the result.</param>
    /// <param name="width">Its width.</param>
    /// <exception cref="ArgumentException">Not two of three are given, or one is negative.</exception>
    /// <exception cref="ShapeException">These are no images, or the result is too small for them.</exception>
    public Tensor PadImages(int? top = null, int? left = null, int? bottom = null, int? right = null, int? height = null, int? width = null)
    {
        Window.RequireImages("PadImages", Shape);
        (int above, _, int below) = Sides("PadImages", "top, bottom and height", Shape[1], top, bottom, height, isInside: false);
        (int before, _, int after) = Sides("PadImages", "left, right and width", Shape[2], left, right, width, isInside: false);
        return Pad([(0, 0), (above, below), (before, after), (0, 0)]);
    }

    // Before, the length of the result, and after.
    private static (int Before, int Length, int After) Sides(string operation, string names, int length, int? before, int? after, int? result, bool isInside)
    {
        int given = (before is null ? 0 : 1) + (after is null ? 0 : 1) + (result is null ? 0 : 1);
        if (given != 2 || before < 0 || after < 0 || result < 0)
            throw new ArgumentException($"{operation}: received ({Text(before)}, {Text(after)}, {Text(result)}) for {names}; expected two of the three, each 0 or more.");
        int change = isInside ? -1 : 1, target = result ?? (length + (change * (before!.Value + after!.Value)));
        int first = before ?? ((change * (target - length)) - after!.Value), last = after ?? ((change * (target - length)) - first);
        return first >= 0 && last >= 0 && target >= 0
            ? (first, target, last)
            : throw new ShapeException($"{operation}: received ({Text(before)}, {Text(after)}, {Text(result)}) for {names} of images {length} long; {(isInside ? "the window reaches beyond them" : "the result is too small for them")}.");

        static string Text(int? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
    }
}
