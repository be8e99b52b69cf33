using System.Diagnostics;
using System.Globalization;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;

namespace Laminet.Bench.Images;

/// <summary>Photographs with changed, moved and missing bytes, read for as long as is said: each is an image or an ImageException; anything else ends the program.</summary>
internal static class FuzzBench
{
    public static void Run(string data, Options options)
    {
        ImageFolder folder = ImageBench.Photographs(data);
        Random random = new(1);
        ImageReading reading = new() { Size = (224, 224), Reduced = true };
        int files = 0, images = 0;
        double longest = 0;
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < options.Seconds)
        {
            byte[] bytes = Mutated(File.ReadAllBytes(folder.PathOf(random.Next(folder.Count))), random);
            long start = Stopwatch.GetTimestamp();
            try
            {
                Image.Decode(bytes, reading);
                images++;
            }
            catch (ImageException)
            {
                // Told.
            }

            files++;
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        using Process process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"images_fuzz: {files:N0} mutated files, {images:N0} still images, {files - images:N0} errors; the longest took {longest:F2} s; peak memory {process.PeakWorkingSet64 >> 20} MB"));
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        if (random.Next(4) == 0)
            return bytes[..random.Next(bytes.Length)];
        for (int changes = random.Next(1, 20); changes > 0; changes--)
        {
            // Half of them in the header.
            int length = Math.Min(random.Next(1, 8), bytes.Length), at = random.Next(random.Next(2) == 0 ? Math.Min(700, bytes.Length - length) : bytes.Length - length);
            if (random.Next(3) == 0)
                bytes.AsSpan(random.Next(bytes.Length - length), length).CopyTo(bytes.AsSpan(at));
            else
                random.NextBytes(bytes.AsSpan(at, length));
        }

        return bytes;
    }
}
