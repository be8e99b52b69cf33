using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Laminet.Data;
using Laminet.Tensors;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;

namespace Laminet.Bench.Images;

/// <summary>A folder of a million links to photographs in a thousand classes: how long it takes to list, to start in the middle, and how the memory grows while it is read.</summary>
internal static class FolderBench
{
    private const int Entries = 1_000_000, Classes = 1000, Batches = 300, BatchSize = 32;

    public static void Run(string data, Options options)
    {
        // The links lead to these photographs, so other photographs have links of their own.
        string root = Path.Combine(Path.GetTempPath(), "laminet-bench-million-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(data))))[..8]);
        ImageFolder photographs = ImageBench.Photographs(data);
        if (!Directory.Exists(root))
            Make(root, photographs);
        ImageReading reading = new() { Size = (224, 224), Reduced = true };
        long start = Stopwatch.GetTimestamp();
        ImageFolder million = new(root);
        Tell($"{million.Count:N0} entries in {million.Classes.Count} classes listed in {Seconds(start):F2} s, working set {WorkingSet} MB");
        start = Stopwatch.GetTimestamp();
        (ImageFolder train, ImageFolder validation) = million.Split(0.05, seed: 1);
        Tell($"split into {train.Count:N0} and {validation.Count:N0} in {Seconds(start):F2} s");

        Dataset batches = train.ToDataset(reading, Engine.Threads).Shuffle(1).Batch(BatchSize).Prefetch(2);
        int middle = batches.Count!.Value / 2;
        start = Stopwatch.GetTimestamp();
        using IEnumerator<Batch> rest = batches.Batches(3, middle).GetEnumerator();
        rest.MoveNext();
        Tell($"first batch from the middle of epoch 3 after {Seconds(start):F2} s");
        start = Stopwatch.GetTimestamp();
        long first = 0;
        for (int done = 0; done < Batches && rest.MoveNext(); done++)
        {
            if (done % (Batches / 6) != Batches / 6 - 1)
                continue;
            first = first == 0 ? WorkingSet : first;
            Tell($"{(done + 1) * BatchSize,6} images, {(done + 1) * BatchSize / Seconds(start):F0} a second, working set {WorkingSet} MB ({WorkingSet - first:+0;-0;0})");
        }
    }

    private static long WorkingSet
    {
        get
        {
            using Process process = Process.GetCurrentProcess();
            return process.WorkingSet64 >> 20;
        }
    }

    private static void Make(string root, ImageFolder photographs)
    {
        Console.WriteLine($"making {root}");
        string unfinished = root + ".unfinished";
        // What an interrupted run left.
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        for (int i = 0; i < Entries; i++)
        {
            string folder = Path.Combine(unfinished, string.Create(CultureInfo.InvariantCulture, $"n{i % Classes:D8}"));
            if (i < Classes)
                Directory.CreateDirectory(folder);
            File.CreateSymbolicLink(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"n{i % Classes:D8}_{i}.JPEG")), Path.GetFullPath(photographs.PathOf(i % photographs.Count)));
        }

        Directory.Move(unfinished, root);
    }

    private static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;

    private static void Tell(FormattableString text) => Console.WriteLine("images_folder: " + text.ToString(CultureInfo.InvariantCulture));
}
