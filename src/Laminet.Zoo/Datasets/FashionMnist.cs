namespace Laminet.Zoo.Datasets;

/// <summary>
/// Fashion-MNIST: 60,000 + 10,000 pictures of clothes in the format of MNIST, 28 x 28 grey (Xiao, Rasul, Vollgraf, "Fashion-MNIST: a
/// novel image dataset for benchmarking machine learning algorithms", arXiv:1708.07747, 2017). The first 10,000 + 2,000 are embedded in
/// the library.
/// </summary>
public static class FashionMnist
{
    // The sums are of the unpacked files: packing a file anew (Debian did) changes its bytes and nothing of the data. They were taken
    // of Debian's files, whose deflate streams under upstream's gzip headers have the MD5 sums that upstream publishes.
    private static readonly VerifiedFile[] Files =
    [
        new(MnistFiles.TrainImages + ".gz", 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        new(MnistFiles.TrainLabels + ".gz", 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        new(MnistFiles.TestImages + ".gz", 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        new(MnistFiles.TestLabels + ".gz", 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ];

    // A static web site of Amazon's storage has no https; the sums above are what makes the files trustworthy.
    private static readonly Uri Upstream = new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

    /// <summary>What it is, and how to have it.</summary>
    public static DatasetDescription Description { get; } = new()
    {
        Name = "fashion-mnist",
        Title = "Fashion-MNIST",
        Summary = "Pictures of clothes: 60,000 training and 10,000 test images, 28 x 28 grey; the first 10,000 and 2,000 are embedded in the library.",
        ClassNames = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
        Licence = "MIT (Expat), copyright 2017 Zalando SE",
        Source = "Han Xiao, Kashif Rasul, Roland Vollgraf: https://github.com/zalandoresearch/fashion-mnist",
        HowToGet = "Without a folder the embedded part is loaded. For all 70,000 images call FashionMnist.DownloadAsync, or on Debian install the package "
            + "dataset-fashion-mnist, which puts them into /usr/share/datasets/fashion-mnist.",
        IsEmbedded = true,
        Loader = folder => folder is null ? Load() : Load(folder),
    };

    /// <summary>The embedded part: the first 10,000 training and 2,000 test images.</summary>
    public static ImageDataset Load() => MnistFiles.Load(Description, name =>
    {
        string resource = $"Laminet.Zoo.fashion-mnist.{name}.gz";
        using Stream stream = typeof(FashionMnist).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {resource}.");
        return IdxReader.Read(stream, resource);
    });

    /// <summary>All images, from a folder that holds the four files under their usual names, gzipped (.gz) or not.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static ImageDataset Load(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return MnistFiles.Load(Description, folder);
    }

    /// <summary>
    /// Downloads the four files (31 MB) from the publisher. Each file is checked before it gets its final name, so a folder never contains a damaged or
    /// incomplete file under that name. Files that exist and are correct are not downloaded again.
    /// </summary>
    /// <param name="folder">The target folder; created if it does not exist.</param>
    /// <param name="progress">Receives the progress of the download.</param>
    /// <param name="handler">The HTTP handler, for a proxy or a test; by default the system's.</param>
    /// <param name="cancellationToken">Cancels the download and leaves no partial file.</param>
    /// <exception cref="InvalidDataException">The received file is not the published one.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached or refuses.</exception>
    public static Task DownloadAsync(string folder, IProgress<DownloadProgress>? progress = null, HttpMessageHandler? handler = null,
        CancellationToken cancellationToken = default) =>
        VerifiedDownload.FetchAsync(Upstream, Files, folder, progress, handler, cancellationToken);
}
