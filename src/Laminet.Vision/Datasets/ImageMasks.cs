using System.Security.Cryptography;
using System.Text;
using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Vision.Datasets;

/// <summary>
/// Images with masks, for segmentation. A mask holds the class number of each pixel. It is a PNG file with the name of its image and the extension .png. The stored grey values or palette indices are the class numbers;
/// in coloured masks, each class has a colour from a list. Y is Int32 (height, width). A mask is cut and scaled as its image is, but always with the nearest pixel.
/// </summary>
/// <example><code>
/// var roads = new ImageMasks("camvid/train", "camvid/trainannot");
/// Dataset batches = roads.ToDataset(new ImageReading { Size = (180, 240) }).Shuffle(seed: 1).Batch(8);
/// </code></example>
public sealed class ImageMasks : ImageSet<ImageMasks>
{
    private readonly PathList masks;
    private readonly MaskColors? colors;
    private readonly int outside;

    /// <summary>Pairs the images of a folder with the masks of another.</summary>
    /// <param name="images">The folder of the images.</param>
    /// <param name="masks">The folder of the masks.</param>
    /// <param name="suffix">What the name of a mask has behind that of the image, such as "_L".</param>
    /// <param name="colors">Where masks are coloured: the colour of each class. A colour that is not among them is an error.</param>
    /// <param name="outside">The number in the margin of a letterbox; 255 is ignored by many data sets.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">There are no images, or an image has no mask.</exception>
    public ImageMasks(string images, string masks, string suffix = "", IReadOnlyList<(byte Red, byte Green, byte Blue)>? colors = null, int outside = 255)
        : this(Pairs(images, masks, suffix), colors is null ? null : new MaskColors(colors), outside) { }

    private ImageMasks((PathList Images, PathList Masks) pairs, MaskColors? colors, int outside) : base(pairs.Images) => (masks, this.colors, this.outside) = (pairs.Masks, colors, outside);

    /// <summary>The file of a mask.</summary>
    /// <param name="index">The place of its image in the list.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public string MaskOf(int index) => masks[Checked.Index(index, Count, "MaskOf")];

    private protected override ImageMasks Chosen(IReadOnlyList<int> positions) => new((Paths.Choose(positions), masks.Choose(positions)), colors, outside);

    private protected override Bundle<Tensor>? Targets(int index, PlacedImage image)
    {
        string path = masks[index];
        Mask mask = Mask.Read(path, image.Limits, colors);
        return (mask.Height, mask.Width) == image.Stored ? mask.Place(image.Placement, outside)
            : throw new ImageException($"Cannot read {path}: the mask has {mask.Height} rows and {mask.Width} columns, its image {PathOf(index)} has {image.Stored.Height} and {image.Stored.Width}. Both must have the same size.");
    }

    private protected override void AddTargets(IncrementalHash hash)
    {
        Add(hash, $"{outside} {colors}");
        foreach (string path in masks)
            AddFile(hash, path);
    }

    private static (PathList, PathList) Pairs(string images, string masks, string suffix)
    {
        ArgumentNullException.ThrowIfNull(suffix);
        FolderListing.Require(images);
        FolderListing.Require(masks);
        PathList.Builder list = new(), pairs = new();
        FolderListing.Add(images, "", FolderListing.Extensions, recursive: true, list);
        PathList sorted = list.BuildSorted(images);
        if (sorted.Count == 0)
            throw new ArgumentException($"{images} holds no images: no file ends in {string.Join(", ", FolderListing.Extensions)}.", nameof(images));
        for (int i = 0; i < sorted.Count; i++)
        {
            string mask = Path.ChangeExtension(Encoding.UTF8.GetString(sorted.Name(i)), null) + suffix + ".png";
            if (!File.Exists(Path.Combine(masks, mask)))
                throw new ArgumentException($"The image {sorted[i]} has no mask {Path.Combine(masks, mask)}. Masks are PNG files with the names of the images{(suffix.Length > 0 ? $" and '{suffix}'" : "; give suffix if theirs are longer")}.", nameof(masks));
            pairs.Add(Encoding.UTF8.GetBytes(mask));
        }

        return (sorted, pairs.Build(masks));
    }
}
