using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;

namespace Laminet.Cli.Tests;

/// <summary>The commands that draw: plot, filters, explain.</summary>
public sealed class SeeingTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    [Fact]
    public void Plot_draws_the_curves_and_the_matrix_of_a_run()
    {
        Assert.Equal($"charts/curves.svg{Environment.NewLine}charts/confusion.svg{Environment.NewLine}", trained.Line.Run("plot", "run", "--format", "SVG", "--out", "charts").Expect(0).Output.Replace('\\', '/'));
        string curves = File.ReadAllText(trained.Line.At("charts", "curves.svg")), matrix = File.ReadAllText(trained.Line.At("charts", "confusion.svg"));
        Assert.All((string[])["loss", "accuracy", "validation"], text => Assert.Contains(text, curves, StringComparison.Ordinal));
        Assert.All((string[])["Ankle boot", "300 test images", "predicted"], text => Assert.Contains(text, matrix, StringComparison.Ordinal));
        JsonNode json = JsonNode.Parse(trained.Line.Run("plot", "run", "--json").Expect(0).Output)!;
        Assert.Equal([trained.Line.At("run", "curves.png"), trained.Line.At("run", "confusion.png")], json["charts"]!.AsArray().Select(path => path!.GetValue<string>()));
        Assert.Equal(ImageFormat.Png, Image.Info(trained.Line.At("run", "confusion.png")).Format);
    }

    [Fact]
    public void Plot_of_a_run_that_is_not_complete_has_curves_alone_and_damage_is_told()
    {
        using CommandLine line = new();
        Directory.CreateDirectory(line.At("half"));
        foreach (string name in (string[])["settings.json", "history.csv"])
            File.Copy(trained.Line.At("run", name), line.At("half", name));
        Assert.Equal(Path.Combine("half", "curves.png") + Environment.NewLine, line.Run("plot", "half").Expect(0).Output);
        File.WriteAllText(line.At("half", "result.json"), "{}");
        Assert.StartsWith($"error: {line.At("half", "result.json")} is damaged: it is not the JSON expected there", line.Run("plot", "half").Expect(1).Error, StringComparison.Ordinal);
        string result = File.ReadAllText(trained.Line.At("run", "result.json"));
        JsonNode changed = JsonNode.Parse(result)!;
        changed["test"]!["confusion"]!.AsArray().RemoveAt(3);
        File.WriteAllText(line.At("half", "result.json"), changed.ToJsonString());
        Assert.Equal($"error: {line.At("half", "result.json")} is damaged: the confusion matrix is not 10 rows of as many counts, for 10 classes. Expected the file that 'laminet train' wrote.{Environment.NewLine}", line.Run("plot", "half").Expect(1).Error);
        File.WriteAllText(line.At("half", "history.csv"), "epoch,loss\n0,x\n");
        Assert.Contains("history.csv, line 2, column 'loss': received 'x'; expected a number", line.Run("plot", "half").Expect(1).Error, StringComparison.Ordinal);
        File.Delete(line.At("half", "history.csv"));
        Assert.Equal($"error: the run 'half' has no history.csv: no epoch is done. Resume it first: laminet train --resume half{Environment.NewLine}", line.Run("plot", "half").Expect(2).Error);
    }

    // lenet5 begins with 6 kernels of 5 x 5: 3 columns and 2 rows of tiles.
    [Fact]
    public void Filters_are_a_sheet_of_kernels()
    {
        Assert.Equal($"filters.png: 6 kernels of 5 x 5 over 1 channels{Environment.NewLine}", trained.Line.Run("filters", "run", "--scale", "2").Expect(0).Output);
        Assert.Equal([21, 32, 3], Image.Read(trained.Line.At("filters.png")).Shape);
        JsonNode json = JsonNode.Parse(trained.Line.Run("filters", "lenet5", "--layer", "conv2d_1", "--out", "second.png", "--json").Expect(0).Output)!;
        Assert.Equal("[5,5,6,16]", json["kernels"]!.ToJsonString());
    }

    [Theory]
    [InlineData("grad-cam")]
    [InlineData("gradient")]
    [InlineData("smoothgrad")]
    [InlineData("integrated")]
    [InlineData("occlusion")]
    public void Explain_draws_a_map_over_the_photo_and_names_the_classes(string method)
    {
        string photo = Photo(trained.Line, 40, 60);
        JsonNode json = JsonNode.Parse(trained.Line.Run("explain", "run", photo, "--method", method, "--class", "sandal", "--out", "why.png", "--json").Expect(0).Output)!;
        Assert.Equal("Sandal", json["explained"]!.GetValue<string>());
        Assert.Equal(method, json["method"]!.GetValue<string>());
        double[] probabilities = [.. json["classes"]!.AsArray().Select(one => one!["probability"]!.GetValue<double>())];
        Assert.Equal(5, probabilities.Length);
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        // A small photo is enlarged, in its own proportions.
        Assert.Equal([280, 280, 3], Image.Read(trained.Line.At("why.png")).Shape);
        string text = trained.Line.Run("explain", "run", photo, "--method", method, "--class", "5", "--out", "why.png").Expect(0).Output;
        Assert.Contains($"Explained: Sandal by {method}{Environment.NewLine}Picture:   why.png", text, StringComparison.Ordinal);
    }

    // The score is the brightness of the left half: there is yellow (253, 231, 37), and the right half is as dark as it can be (68, 1, 84).
    [Fact]
    public void The_map_is_bright_where_the_class_is_seen()
    {
        using CommandLine line = new();
        float[] weights = [.. Enumerable.Range(0, 64).SelectMany(place => (float[])[place % 8 < 4 ? 1 : 0, 0])];
        Sequential model = new(new Input([8, 8, 1]), new Flatten(), new Dense(2));
        model.Initialize(new RandomKey(0));
        model.Weights[0].Assign(Tensor.From(weights, [64, 2]));
        model.Save(line.At("half.laminet"));
        Image.Write(line.At("white.png"), Tensor.Full([16, 16, 3], 255));
        string output = line.Run("explain", "half.laminet", "white.png", "--method", "gradient").Expect(0).Output;
        Assert.StartsWith("class 0  ", output, StringComparison.Ordinal);
        Tensor picture = Image.Read(line.At("explanation.png"));
        // Half of the photo's white and half of the colour.
        Assert.Equal([254, 243, 146], picture.At(128).At(10).ToArray<byte>());
        Assert.Equal([162, 128, 170], picture.At(128).At(250).ToArray<byte>());
        // The weights of class 1 are zeros.
        Assert.Contains("Nothing in the photo speaks for this class by gradient, so the picture is dark. Try another --method.", line.Run("explain", "half.laminet", "white.png", "--method", "gradient", "--class", "1").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal($"error: no layer of the model gives feature maps", line.Run("explain", "half.laminet", "white.png").Expect(2).Error.Replace("GradCam: ", "", StringComparison.Ordinal)[..47]);
    }

    [Fact]
    public void Wrong_photos_classes_and_layers_are_told()
    {
        CommandLine line = trained.Line;
        string photo = Photo(line, 30, 30);
        File.WriteAllText(line.At("text.jpg"), "no image");
        Says(1, $"Cannot read {line.At("text.jpg")}:", "explain", "run", "text.jpg");
        Says(2, "PHOTO: there is no file 'absent.jpg'; expected a JPEG, PNG, WebP, GIF or BMP file.", "explain", "run", "absent.jpg");
        Says(2, "--class: received 'Sandals'; expected a number from 0 to 9, or one of T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot. Did you mean 'Sandal'?", "explain", "run", photo, "--class", "Sandals");
        Says(2, "--class: received '10'; expected a number from 0 to 9", "explain", "run", photo, "--class", "10");
        Says(2, "--layer: The model has no layer 'conv'.", "explain", "run", photo, "--layer", "conv");
        Says(2, "--layer: goes with --method grad-cam, and not with occlusion. Leave it out.", "explain", "run", photo, "--layer", "conv2d", "--method", "occlusion");
        Says(2, "--layer: Filters: the layer 'flatten' is a Flatten; expected a Conv2D or a DepthwiseConv2D.", "filters", "run", "--layer", "flatten");
        Says(2, "Filters: the model has no Conv2D and no DepthwiseConv2D; expected a network with convolutions.", "filters", "mlp");
        new Sequential(new Input([7]), new Dense(2)).Save(line.At("numbers.laminet"));
        Says(2, "'numbers.laminet' takes (None, 7) and gives (None, 2); expected a model that takes images of 1, 3 or 4 channels, (None, height, width, channels), and gives a score for each class, (None, classes).", "explain", "numbers.laminet", photo);

        void Says(int code, string message, params string[] arguments) => Assert.StartsWith($"error: {message}", line.Run(arguments).Expect(code).Error, StringComparison.Ordinal);
    }

    private static string Photo(CommandLine line, int height, int width)
    {
        Image.Write(line.At("photo.png"), new RandomKey(1).Uniform([height, width, 3], 0, 255));
        return "photo.png";
    }
}
