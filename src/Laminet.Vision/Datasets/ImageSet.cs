using System.Globalization;
using System.Security.Cryptography;
using Laminet.Data;
using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Vision.Datasets;

/// <summary>
/// A list of image files with their targets. A file is decoded only when its example is read. <see cref="ToDataset"/> gives a <see cref="Dataset"/> that shuffles all images. It gives the same order and bits on any number
/// of threads, and it can resume at any position without decoding the images before it.
/// </summary>
/// <typeparam name="TSelf">The kind of set.</typeparam>
public abstract class ImageSet<TSelf> where TSelf : ImageSet<TSelf>
{
    private protected ImageSet(PathList paths) => Paths = paths;

    /// <summary>How many images there are.</summary>
    public int Count => Paths.Count;

    private protected PathList Paths { get; }

    /// <summary>The file of an image.</summary>
    /// <param name="index">Its place in the list.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public string PathOf(int index) => Paths[Checked.Index(index, Count, "PathOf")];

    /// <summary>Some of the images, in the order given.</summary>
    /// <param name="positions">Their places in the list.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public TSelf Choose(IReadOnlyList<int> positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        foreach (int position in positions)
            Checked.Index(position, Count, "Choose");
        return Chosen(positions);
    }

    /// <summary>Splits the images at random into a part to train and one to validate. The same fraction and seed give the same parts, whatever machine lists the folder.</summary>
    /// <param name="validationFraction">The fraction for validation, between 0 and 1.</param>
    /// <param name="seed">The seed of the random choice.</param>
    /// <exception cref="ArgumentException">Fewer than two images, or a fraction outside (0, 1).</exception>
    public virtual (TSelf Train, TSelf Validation) Split(double validationFraction, ulong seed)
    {
        DataSplit split = DataSplit.Shuffled(Count, validationFraction, seed);
        return (Choose(split.Train), Choose(split.Validation));
    }

    /// <summary>
    /// The images as a data set: X is (height, width, channels), and batches need <see cref="ImageReading.Size"/>. Shuffle right after it; leave bad files out with
    /// <see cref="Dataset.SkipFailures{TFailure}"/>, or before with <see cref="Check"/> and <see cref="Without"/>.
    /// </summary>
    /// <param name="reading">Size, channels, element type and limits.</param>
    /// <param name="parallelism">How many images are read at a time. Order and bits do not depend on it.</param>
    /// <exception cref="ArgumentException">There are no images, or the settings do not fit.</exception>
    /// <exception cref="DatasetException">Thrown while reading: a file is damaged. The message names it.</exception>
    /// <example><code>
    /// (ImageFolder train, ImageFolder validation) = new ImageFolder("photos").Split(0.2, seed: 1);
    /// List&lt;string&gt; bad = [];
    /// Dataset batches = train.ToDataset(new ImageReading { Size = (224, 224) }, parallelism: 2).Shuffle(seed: 1)
    ///     .SkipFailures&lt;ImageException&gt;(failure => bad.Add(failure.Message)).Batch(32).Prefetch(2);
    /// </code></example>
    public Dataset ToDataset(ImageReading? reading = null, int parallelism = 1)
    {
        reading ??= ImageReading.Default;
        reading.Check();
        return Dataset.From(new Items(Paths), Example, parallelism);

        (Bundle<Tensor> X, Bundle<Tensor>? Y) Example(Item item)
        {
            PlacedImage placed = ImageReader.Read(item.Path, reading);
            return (placed.Image, Targets(item.Index, placed));
        }
    }

    /// <summary>Reads every file once and lists those that cannot be read.</summary>
    /// <param name="reading">The limits; the images are decoded at full size.</param>
    /// <param name="parallelism">How many images are read at a time.</param>
    /// <param name="progress">Receives how many images are done.</param>
    public IReadOnlyList<BadImage> Check(ImageReading? reading = null, int parallelism = 1, IProgress<int>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        reading = (reading ?? ImageReading.Default) with { Size = null, Fit = ImageFit.Stretch, ShorterSide = null };
        List<BadImage> bad = [];
        int done = 0;
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = parallelism }, index =>
        {
            string path = Paths[index];
            try
            {
                _ = Targets(index, ImageReader.Read(path, reading));
            }
            catch (ImageException exception)
            {
                lock (bad)
                    bad.Add(new BadImage(index, path, exception.Message));
            }

            progress?.Report(Interlocked.Increment(ref done));
        });
        return [.. bad.OrderBy(image => image.Index)];
    }

    /// <summary>The images without those that cannot be read.</summary>
    /// <param name="bad">What <see cref="Check"/> found in this set.</param>
    /// <exception cref="ArgumentException">They were found in another set.</exception>
    public TSelf Without(IReadOnlyList<BadImage> bad)
    {
        ArgumentNullException.ThrowIfNull(bad);
        HashSet<int> left = [];
        foreach (BadImage image in bad)
        {
            if ((uint)image.Index >= (uint)Count || Paths[image.Index] != image.Path)
                throw new ArgumentException($"Without: received {image.Path}, which is not at place {image.Index} of these images. Call Check on the same set.", nameof(bad));
            left.Add(image.Index);
        }

        return Choose([.. Enumerable.Range(0, Count).Where(index => !left.Contains(index))]);
    }

    /// <summary>
    /// Decodes the images once and keeps them in memory or in one file, which the next run uses again. The file is written under a temporary name and renamed when it is complete. Its header depends on the image files
    /// (names, lengths, times of change), the targets and the settings. If one of them has changed, the file is made again.
    /// </summary>
    /// <param name="reading">The settings, with a size.</param>
    /// <param name="file">The file, about count x height x width x channels bytes; null for memory.</param>
    /// <param name="parallelism">How many images are read at a time.</param>
    /// <param name="progress">Receives how many images are done.</param>
    /// <exception cref="ArgumentException">There is no size, or there are no images.</exception>
    /// <exception cref="DatasetException">An image cannot be read. The message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Dataset Cache(ImageReading reading, string? file = null, int parallelism = 1, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(reading);
        if (reading.Size is null)
            throw new ArgumentException("Cache: received settings without a size; the images of a cache have one. Set ImageReading.Size, such as (224, 224).", nameof(reading));
        Dataset examples = ToDataset(reading, parallelism);
        return file is null ? ExampleCache.InMemory(examples, progress) : ExampleCache.InFile(examples, file, Key(reading), progress);
    }

    private protected abstract TSelf Chosen(IReadOnlyList<int> positions);

    private protected abstract Bundle<Tensor>? Targets(int index, PlacedImage image);

    /// <summary>Adds what the targets depend on.</summary>
    private protected abstract void AddTargets(IncrementalHash hash);

    private protected static void Add(IncrementalHash hash, string text) => hash.AppendData(System.Text.Encoding.UTF8.GetBytes(text + "\n"));

    private protected static void AddFile(IncrementalHash hash, string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
            throw new ImageException($"Cannot read {path}: there is no such file any more. List the folder again.");
        Add(hash, string.Create(CultureInfo.InvariantCulture, $"{path} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
    }

    private byte[] Key(ImageReading reading)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, $"{typeof(TSelf).Name} {reading}");
        foreach (string path in Paths)
            AddFile(hash, path);
        AddTargets(hash);
        return hash.GetHashAndReset();
    }

    /// <summary>An image in an error is its file.</summary>
    private readonly record struct Item(PathList Paths, int Index)
    {
        public string Path => Paths[Index];

        public override string ToString() => Path;
    }

    private sealed class Items(PathList paths) : IReadOnlyList<Item>
    {
        public int Count => paths.Count;

        public Item this[int index] => new(paths, index);

        public IEnumerator<Item> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
