using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Laminet.Bench.Steps;
using Laminet.Data;
using Laminet.Tensors;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;

namespace Laminet.Bench.Images;

/// <summary>Photographs read, resized and handed out in batches; their bits; a folder of a million; files that were damaged.</summary>
internal static class ImageBench
{
    private const int BatchSize = 32, Side = 224;

    private static readonly Dictionary<string, Action<string, Options>> Verbs = new()
    {
        ["images_load"] = (data, options) => Load("images_load", data, options, reduced: false),
        ["images_load_reduced"] = (data, options) => Load("images_load_reduced", data, options, reduced: true),
        ["images_bits"] = (data, _) => Bits(data),
        ["images_folder"] = FolderBench.Run,
        ["images_fuzz"] = FuzzBench.Run,
    };

    public static IReadOnlyCollection<string> Names => Verbs.Keys;

    public static int Run(Options options)
    {
        string data = options.Data ?? throw new UsageException("images needs --data FOLDER, a folder with photographs.");
        foreach (string name in options.Names.Count > 0 ? options.Names : [.. Names])
        {
            if (!Verbs.TryGetValue(name, out Action<string, Options>? verb))
                throw new UsageException($"there is no workload '{name}' of images; expected one of {string.Join(", ", Names)}.");
            verb(data, options);
        }

        return 0;
    }

    /// <summary>The photographs of a folder.</summary>
    public static ImageFolder Photographs(string data) => new(data, extensions: [".jpg", ".jpeg"], labelled: false);

    // Epochs of shuffled batches, resized to 224 x 224; the time is that of an image.
    private static void Load(string name, string data, Options options, bool reduced)
    {
        ImageFolder folder = Photographs(data);
        Dataset batches = folder.ToDataset(new ImageReading { Size = (Side, Side), Reduced = reduced }, Engine.Threads).Shuffle(1).Batch(BatchSize).Prefetch(2);
        List<double> times = [];
        long allocated = 0, begin = Stopwatch.GetTimestamp();
        // The first epoch warms up.
        for (int epoch = 0; epoch < 2 || Stopwatch.GetElapsedTime(begin).TotalSeconds < options.Seconds; epoch++)
        {
            long before = GC.GetTotalAllocatedBytes(), start = Stopwatch.GetTimestamp();
            foreach (Batch batch in batches.Batches(epoch))
                GC.KeepAlive(batch);
            if (epoch > 0)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / folder.Count);
            allocated = (GC.GetTotalAllocatedBytes() - before) / folder.Count;
        }

        StepResult result = new(name, times.Order().ElementAt(times.Count / 2), times.Min(), times.Count, allocated, null);
        Console.WriteLine(options.Json ? result.ToJson() : $"{result}, {1000 / result.MedianMs:F0} images a second");
    }

    // SHA-256 over the pixels of all photographs in the order of their names; bench/peers/torch_images.py prints Pillow's.
    private static void Bits(string data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ImageFolder folder = Photographs(data);
        foreach (Batch image in folder.ToDataset(parallelism: Engine.Threads).Batches())
            hash.AppendData(image.X.ToArray<byte>());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"images_bits: {folder.Count} photographs, SHA-256 of their pixels {Convert.ToHexStringLower(hash.GetHashAndReset())}"));
    }
}
