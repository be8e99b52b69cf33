using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Laminet.Data;
using Laminet.Tensors;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;
using Microsoft.Win32.SafeHandles;

namespace Laminet.Cli.Runs;

/// <summary>Image files in folders that are classes. They are decoded once where they fit into memory, else in each epoch.</summary>
internal sealed class Photographs : Examples
{
    // Decoded images of a part of the data that are kept.
    private const long MaximumBytesKept = 2L << 30;

    // At each end of a file.
    private const int BytesCompared = 1024;

    private readonly ImageFolder folder;
    private readonly ImageReading reading;
    private readonly Lazy<Dataset> decoded;

    public Photographs(ImageFolder folder, ImageReading reading)
    {
        (this.folder, this.reading) = (folder, reading);
        ImageShape = [reading.Size!.Value.Height, reading.Size.Value.Width, reading.Channels];
        decoded = new(() => ImageShape.LongCount * Count <= MaximumBytesKept ? folder.Cache(reading, parallelism: Engine.Threads) : folder.ToDataset(reading, Engine.Threads));
    }

    public override IReadOnlyList<int> Labels => folder.Labels;

    public override Shape ImageShape { get; }

    /// <summary>How files become images of a shape: the middle 7/8 of a large image, as networks for photographs are evaluated; all of the smaller ones.</summary>
    /// <param name="shape">Height, width and channels.</param>
    /// <exception cref="UsageException">No files become images of this shape.</exception>
    public static ImageReading ReadingFor(Shape shape)
    {
        if (shape.Rank != 3 || shape[2] is not (1 or 3 or 4))
            throw new UsageException($"image files become images of (height, width, channels) with 1, 3 or 4 channels; the model takes {shape}. Name data of IDX files with --data.");
        int side = Math.Max(shape[0], shape[1]);
        bool isLarge = side >= 128;
        return new ImageReading
        {
            Size = (shape[0], shape[1]),
            Fit = isLarge ? ImageFit.CenterCrop : ImageFit.Cover,
            ShorterSide = isLarge ? side * 8 / 7 : null,
            Color = shape[2] switch { 1 => ImageColor.Grey, 3 => ImageColor.Rgb, _ => ImageColor.Rgba },
        };
    }

    public override Dataset ToDataset() => decoded.Value;

    public override Tensor Image(int index) => Vision.Images.Image.Read(folder.PathOf(index), reading).ExpandDims(0);

    public override Examples Choose(IReadOnlyList<int> positions) => new Photographs(folder.Choose(positions), reading);

    // The files are in the order of their classes: some of each.
    public override Examples First(int? limit) => limit is { } most && most < Count ? Choose([.. Enumerable.Range(0, most).Select(i => (int)((long)i * Count / most))]) : this;

    // Names, lengths and both ends of each file, whose compressed pixels differ where the image does. To read a million files wholly only to tell that they are the same would take too long.
    public override void AddTo(IncrementalHash hash)
    {
        Span<byte> ends = stackalloc byte[2 * BytesCompared];
        for (int i = 0; i < Count; i++)
        {
            string path = folder.PathOf(i);
            using SafeFileHandle file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            int read = RandomAccess.Read(file, ends[..BytesCompared], 0);
            read += RandomAccess.Read(file, ends[read..], Math.Max(read, length - BytesCompared));
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(folder.Root, path)} {length} {Labels[i]}\n")));
            hash.AppendData(ends[..read]);
        }
    }
}
