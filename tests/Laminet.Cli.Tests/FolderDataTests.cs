using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace Laminet.Cli.Tests;

public sealed class FolderDataTests
{
    [Fact]
    public void A_folder_of_idx_files_is_trained_on_and_resumed_only_with_the_same_images()
    {
        using CommandLine line = new() { IsTerminal = true };
        WriteImages(line.At("my digits"), shade: 200);
        JsonNode info = JsonNode.Parse(line.Run("data", "info", "my digits", "--json").Expect(0).Output)!;
        Assert.Equal("[12,10,1]", info["image_shape"]!.ToJsonString());
        Assert.Equal(4, info["classes"]![1]!["train"]!.GetValue<int>());

        line.InterruptAt = 4;
        line.Run("train", "mlp", "--data", "my digits", "--batch", "8", "--epochs", "2").Expect(130);
        line.InterruptAt = int.MaxValue;
        string run = Path.Combine("runs", "mlp-my digits-20300102-030405");

        WriteImages(line.At("my digits"), shade: 100);
        Assert.Equal($"error: the training images of my digits are not those with which the run '{run}' started. Restore them, or start a new run.{Environment.NewLine}",
            line.Run("train", "--resume", run).Expect(2).Error);
        WriteImages(line.At("my digits"), shade: 200);
        Assert.Contains($"Evaluate:  laminet evaluate \"{run}\"", line.Run("train", "--resume", run, "--data", "my digits").Expect(0).Output, StringComparison.Ordinal);
        line.Run("predict", run, "2").Expect(0);
        Assert.StartsWith("error: the model takes images (12, 10, 1) and gives (10,); fashion-mnist has images (28, 28, 1) of 10 classes.",
            line.Run("evaluate", run, "--data", "fashion-mnist").Expect(2).Error, StringComparison.Ordinal);
    }

    // 40 images of 12 x 10 in each part, ten classes.
    private static void WriteImages(string folder, byte shade)
    {
        Directory.CreateDirectory(folder);
        foreach (string part in (string[])["train", "t10k"])
        {
            byte[] labels = [.. Enumerable.Range(0, 40).Select(index => (byte)(index % 10))];
            byte[] images = [.. labels.SelectMany(label => Enumerable.Range(0, 120).Select(pixel => pixel / 12 == label ? shade : (byte)0))];
            File.WriteAllBytes(Path.Combine(folder, part + "-images-idx3-ubyte"), [.. Header(40, 12, 10), .. images]);
            File.WriteAllBytes(Path.Combine(folder, part + "-labels-idx1-ubyte"), [.. Header(40), .. labels]);
        }
    }

    private static byte[] Header(params int[] sizes)
    {
        byte[] header = new byte[4 + (4 * sizes.Length)];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (int axis = 0; axis < sizes.Length; axis++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * axis)), sizes[axis]);
        return header;
    }
}
