using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Cli.Tests;

/// <summary>Folders of photographs: train, transfer, predict, evaluate.</summary>
public sealed class PhotographTests : IDisposable
{
    private readonly CommandLine line = new();

    public PhotographTests()
    {
        foreach (string part in (string[])["train", "val"])
        {
            for (int i = 0; i < 12; i++)
            {
                Write($"{part}/day/{i}.png", bright: true, seed: i);
                Write($"{part}/night/{i}.png", bright: false, seed: 100 + i);
            }
        }
    }

    public void Dispose() => line.Dispose();

    [Fact]
    public void Photographs_are_trained_on_evaluated_and_predicted()
    {
        Finished trained = line.Run("train", "mlp", "--data", "photos", "--size", "16", "--epochs", "6", "--batch", "8", "--seed", "0", "--out", "run", "--quiet").Expect(0);
        Assert.Contains("on photos: 22 training, 2 validation, 24 test images", trained.Output, StringComparison.Ordinal);
        Assert.Contains("Predict:   laminet predict run PHOTO", trained.Output, StringComparison.Ordinal);
        JsonNode settings = Json("run", "settings.json");
        Assert.Equal("[16,16,3]", settings["image_shape"]!.ToJsonString());
        Assert.Equal("[\"day\",\"night\"]", settings["classes"]!.ToJsonString());
        Assert.Equal(Json("run", "result.json")["test"]!.ToJsonString(), JsonNode.Parse(line.Run("evaluate", "run", "--json").Expect(0).Output)!.ToJsonString());

        // The names of the classes are the run's: the photographs it was trained on need not be there any more.
        Directory.Move(line.At("photos"), line.At("moved"));
        JsonNode predicted = JsonNode.Parse(line.Run("predict", "run", "moved/val/night/3.png", "--json").Expect(0).Output)!;
        Assert.Equal("night", predicted["predicted_class"]!.GetValue<string>());
        Assert.Equal("moved/val/night/3.png", predicted["photo"]!.GetValue<string>());
        Assert.Equal(1, predicted["probabilities"]!.AsArray().Sum(row => row!["probability"]!.GetValue<double>()), 1e-5);
        Assert.Contains("night  #", line.Run("predict", "run", "moved/val/night/3.png").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("there is no folder", line.Run("predict", "run", "0").Expect(2).Error, StringComparison.Ordinal);
        // A file does not tell the names.
        File.Move(line.At("run", "model.laminet"), line.At("sky.laminet"));
        Assert.Contains("class 1  #", line.Run("predict", "sky.laminet", "moved/val/night/3.png").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("night  #", line.Run("predict", "sky.laminet", "moved/val/night/3.png", "--data", "moved").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trained_model_lends_its_layers_to_other_classes()
    {
        line.Run("train", "mlp", "--data", "photos", "--size", "12", "--epochs", "4", "--batch", "8", "--seed", "0", "--out", "first", "--quiet").Expect(0);
        string weights = Path.Combine("first", "model.laminet");
        Finished head = line.Run("train", "--from", weights, "--data", "photos", "--learning-rate", "0.02", "--seed", "1", "--out", "head", "--quiet").Expect(0);
        Assert.Contains("50 epochs of the head", head.Output, StringComparison.Ordinal);
        // Mirrored images count too.
        Assert.Contains("Features of 48 images, (512,) each", head.Output, StringComparison.Ordinal);
        Assert.Equal(51, File.ReadAllLines(line.At("head", "history.csv")).Length);
        Assert.True(Json("head", "result.json")["test_accuracy"]!.GetValue<double>() > 0.9);
        line.Run("evaluate", "head").Expect(0);

        // The classes of the settings are the names; a watched run of a head writes its files.
        line.Run("train", "--from", weights, "--data", "photos", "--epochs", "2", "--seed", "1", "--tensorboard", "--wandb", "--out", "watched", "--quiet").Expect(0);
        Assert.NotEmpty(Directory.EnumerateFiles(line.At("watched", "tensorboard"), "*", SearchOption.AllDirectories));
        Assert.NotEmpty(Directory.EnumerateFiles(line.At("watched", "wandb"), "*", SearchOption.AllDirectories));

        // A cut at any place, of the head or after it, changes nothing.
        string[] tuned = ["train", "--from", weights, "--data", "photos", "--seed", "1", "--epochs", "3", "--fine-tune", "3", "--validation-split", "0.2"];
        line.Run([.. tuned, "--out", "whole"]).Expect(0);
        Assert.Equal(["environment.json", "head.csv", "history.csv", "model.laminet", "result.json", "settings.json"],
            Directory.EnumerateFiles(line.At("whole")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        bool inHead = false, afterHead = false;
        foreach (int at in (int[])[2, 5, 8, 14, 20])
        {
            string name = $"cut{at}";
            (line.IsTerminal, line.InterruptAt) = (true, at);
            Finished cut = line.Run([.. tuned, "--out", name]).Expect(130);
            Assert.Contains($"Resume:      laminet train --resume {name}", cut.Output, StringComparison.Ordinal);
            bool isOfHead = !File.Exists(line.At(name, "training.checkpoint"));
            Assert.Equal(isOfHead, cut.Output.Contains("(the head starts again)", StringComparison.Ordinal));
            (inHead, afterHead) = (inHead || isOfHead, afterHead || !isOfHead);
            (line.IsTerminal, line.InterruptAt) = (false, int.MaxValue);
            line.Run("train", "--resume", name, "--from", weights, "--fine-tune", "3", "--quiet").Expect(0);
            Assert.Equal(Json("whole", "result.json")["test"]!.ToJsonString(), Json(name, "result.json")["test"]!.ToJsonString());
            Assert.Equal(File.ReadAllText(line.At("whole", "history.csv")), File.ReadAllText(line.At(name, "history.csv")));
        }

        Assert.True(inHead && afterHead);
        // Other photographs of the same names and lengths.
        (line.IsTerminal, line.InterruptAt) = (true, 8);
        line.Run([.. tuned, "--out", "swapped"]).Expect(130);
        (line.IsTerminal, line.InterruptAt) = (false, int.MaxValue);
        foreach (string part in (string[])["train", "val"])
        {
            byte[] bytes = File.ReadAllBytes(line.At("photos", part, "day", "0.png")), changed = [.. bytes];
            changed[^20]++;
            File.WriteAllBytes(line.At("photos", part, "day", "0.png"), changed);
            Assert.Contains("the images of photos are not those", line.Run("train", "--resume", "swapped").Expect(2).Error, StringComparison.Ordinal);
            File.WriteAllBytes(line.At("photos", part, "day", "0.png"), bytes);
        }

        line.Run("train", "--resume", "swapped", "--quiet").Expect(0);
    }

    [Fact]
    public void Without_parts_a_fifth_of_each_class_is_the_test()
    {
        line.Run("train", "mlp", "--data", "photos/train", "--size", "8", "--epochs", "1", "--out", "run", "--quiet").Expect(0);
        Assert.Equal("4", Json("run", "result.json")["test"]!["images"]!.ToJsonString());
        string info = line.Run("data", "info", "photos").Expect(0).Output;
        Assert.Contains("Here:    24 training and 24 test images", info, StringComparison.Ordinal);
        Assert.Matches("0 day +12 +12", info);
    }

    [Fact]
    public void What_does_not_go_together_is_told()
    {
        Wrong("--size: received 16; it goes with a folder of photographs.", "train", "--size", "16");
        Wrong("--fine-tune goes with --from", "train", "--fine-tune", "3", "--data", "photos");
        Wrong("--from: there is no file", "train", "--from", "absent.h5", "--data", "photos");
        Wrong("is a folder; expected a file. Of a run give its model.laminet.", "train", "--from", "photos", "--data", "photos");
        Wrong("model: received 'lenet6'", "train", "lenet6", "--data", "photos");
        Wrong("model: The model vgg16 received images of shape (8, 8, 3)", "train", "vgg16", "--data", "photos", "--size", "8");
        Wrong("--size: received '9999'; expected a whole number from 8 to 2048", "train", "--data", "photos", "--size", "9999");
        Wrong("INDEX|PHOTO: received 'absent.jpg'; expected a whole number from 0 to 2147483647, the index of a test image, or an image file. There is no file of this name.", "predict", "run", "absent.jpg");
        File.WriteAllText(line.At("bad.pt"), "no weights");
        Assert.Contains("Its content is of no format that is known", line.Run("train", "--from", "bad.pt", "--data", "photos").Expect(1).Error, StringComparison.Ordinal);
        line.Run("train", "mlp", "--data", "photos", "--size", "8", "--epochs", "1", "--out", "run", "--quiet").Expect(0);
        Wrong("model: received 'mlp' together with --from and a .laminet file", "train", "mlp", "--from", "run/model.laminet", "--data", "photos");
        Wrong("takes images (8, 8, 3); the data has (16, 16, 3)", "train", "--from", "run/model.laminet", "--data", "photos", "--size", "16");
        Wrong("takes images (8, 8, 3); the data has (28, 28, 1)", "train", "--from", "run/model.laminet");
        File.WriteAllText(line.At("photos", "train", "day", "0.png"), "no image");
        Assert.Contains(Path.Combine("day", "0.png"), line.Run("train", "mlp", "--data", "photos", "--size", "8", "--quiet").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("0.png", line.Run("predict", "run", "photos/train/day/0.png").Expect(1).Error, StringComparison.Ordinal);
        Directory.CreateDirectory(line.At("empty", "class"));
        Wrong("holds no images", "train", "--data", "empty");

        void Wrong(string message, params string[] arguments) => Assert.Contains(message, line.Run(arguments).Expect(2).Error, StringComparison.Ordinal);
    }

    private JsonNode Json(params string[] path) => JsonNode.Parse(File.ReadAllText(line.At(path)))!;

    private void Write(string path, bool bright, int seed)
    {
        Tensor image = (new RandomKey((ulong)seed).Uniform([40, 48, 3]) * 60) + (bright ? 180 : 10);
        string full = line.At(["photos", .. path.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        Image.Write(full, image.Cast(DType.UInt8));
    }
}
