using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;

namespace Laminet.Cli.Tests;

/// <summary>The errors for photographs, folders and runs that do not fit together.</summary>
public sealed class PhotographErrorTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>, IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("photo.png", "--out", "./photo.png")]
    [InlineData("explanation.png")]
    [InlineData("augmentation.png", "--out", "sub/../augmentation.png")]
    [InlineData("augmentation.png")]
    public void A_picture_never_replaces_the_photo(string photo, params string[] rest)
    {
        Photo(photo);
        byte[] before = File.ReadAllBytes(line.At(photo));
        Classifier(2).Save(line.At("small.laminet"));
        if (photo != "augmentation.png" || rest.Length > 0)
            Refused("explain", "small.laminet", photo);
        if (photo != "explanation.png")
            Refused("augment", photo);
        Assert.Equal(before, File.ReadAllBytes(line.At(photo)));

        void Refused(params string[] arguments) => Says(2, $"--out: the picture '{photo}' would replace the photo; expected another file. Name one: --out other.png", [.. arguments, .. rest]);
    }

    [Fact]
    public void The_parts_of_a_folder_may_be_in_capitals()
    {
        Photos(3, "set/Train/a", "set/Train/b", "set/TEST/a", "set/TEST/b");
        JsonNode info = JsonNode.Parse(line.Run("data", "info", "set", "--json").Expect(0).Output)!;
        Assert.Equal(["a", "b"], info["classes"]!.AsArray().Select(one => one!["class"]!.GetValue<string>()));
        Assert.Equal((6, 6), (info["train"]!.GetValue<int>(), info["test"]!.GetValue<int>()));
    }

    [Fact]
    public void Parts_without_train_are_no_classes()
    {
        Photos(2, "parts/test/a", "parts/val/a", "bare/test", "bare/val", "one/Val/a", "one/Val/b");
        foreach (string[] command in (string[][])[["data", "info"], ["train", "mlp", "--data"]])
        {
            Refused("parts", "test");
            Refused("bare", "test");
            Refused("one", "Val");

            void Refused(string folder, string part) =>
                Says(2, $"--data: {line.At(folder)} has no folder train beside {part}; expected train and {part}, or a folder for each class. Add the folder train.", [.. command, folder]);
        }

        // These are classes.
        Photos(2, "checks/valid", "checks/invalid");
        Assert.Matches("0 invalid +1 +1", line.Run("data", "info", "checks").Expect(0).Output);
    }

    [Fact]
    public void A_single_class_is_refused_with_the_folder_inside()
    {
        Photos(2, "photos/hym/train/a", "photos/hym/val/a", "single/a", "part/train/a", "part/val/a");
        foreach (string[] command in (string[][])[["data", "info"], ["train", "mlp", "--data"]])
        {
            const string Expected = "expected a folder for each of two classes or more.";
            Says(2, $"--data: {line.At("photos")} has one class, 'hym'; {Expected} Give the folder inside it: --data {line.At("photos", "hym")}", [.. command, "photos"]);
            Says(2, $"--data: {line.At("single")} has one class, 'a'; {Expected} Add the folders of the others.", [.. command, "single"]);
            Says(2, $"--data: {line.At("part", "train")} has one class, 'a'; {Expected} Add the folders of the others.", [.. command, "part"]);
        }
    }

    [Fact]
    public void A_class_of_one_photograph_is_named()
    {
        Photos(2, "set/a");
        Photos(1, "set/rare");
        foreach (string[] command in (string[][])[["data", "info"], ["train", "mlp", "--data"]])
            Says(2, "--data: the class 'rare' has one image; expected two or more: a fifth of each class is kept for the test. Add images, or a folder test.", [.. command, "set"]);
    }

    // The folder that was trained on, with other names of the same number.
    [Fact]
    public void Other_photographs_have_the_classes_of_the_run()
    {
        Photos(4, "first/bee", "first/wasp", "same/wasp", "same/bee", "other/ant", "other/bee");
        line.Run("train", "mlp", "--data", "first", "--size", "8", "--epochs", "1", "--validation-split", "0", "--out", "run", "--quiet").Expect(0);
        line.Run("evaluate", "run", "--data", "same").Expect(0);
        foreach (string[] command in (string[][])[["evaluate", "run"], ["predict", "run", "0"], ["predict", "run", "first/bee/0.png"]])
        {
            Says(2, "other has the classes ant, bee; expected those the run was trained on, in this order: bee, wasp. The first difference is at number 0. Name a folder with the same classes with --data, or rename the folders.",
                [.. command, "--data", "other"]);
        }
    }

    [Fact]
    public void A_whole_number_is_an_index_whatever_files_there_are()
    {
        Photos(5, "set/a", "set/b");
        line.Run("train", "mlp", "--data", "set", "--size", "8", "--epochs", "1", "--validation-split", "0", "--out", "run", "--quiet").Expect(0);
        Photo("named.png");
        File.Move(line.At("named.png"), line.At("1"));
        Assert.Contains("\"index\": 1", line.Run("predict", "run", "1", "--json").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("\"photo\": \"./1\"", line.Run("predict", "run", "./1", "--json").Expect(0).Output, StringComparison.Ordinal);
        File.Copy(line.At("1"), line.At("99999999999"));
        Says(2, "INDEX|PHOTO: received '99999999999'; expected a whole number from 0 to 2147483647, the index of a test image, or an image file. For the file of this name write ./99999999999", "predict", "run", "99999999999");
    }

    [Theory]
    [InlineData("classes", "null")]
    [InlineData("classes", "{\"class\":null,\"images\":1,\"recall\":1}")]
    [InlineData("confusion", "null")]
    public void A_result_with_null_in_a_list_is_damaged(string list, string item)
    {
        foreach (string name in (string[])["settings.json", "history.csv", "model.laminet", "result.json"])
            Copy(name);
        JsonNode result = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!;
        result["test"]![list] = new JsonArray(JsonNode.Parse(item));
        File.WriteAllText(line.At("run", "result.json"), result.ToJsonString());
        Damaged("plot", "run");
        // Without a known data set the names of the classes are those of the result.
        JsonNode settings = JsonNode.Parse(File.ReadAllText(line.At("run", "settings.json")))!;
        settings["data"] = line.At("run");
        File.WriteAllText(line.At("run", "settings.json"), settings.ToJsonString());
        Photo("photo.png");
        Damaged("explain", "run", "photo.png");

        void Damaged(params string[] arguments) => Assert.StartsWith($"error: {line.At("run", "result.json")} is damaged: ", line.Run(arguments).Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_are_drawn_without_a_matrix_of_too_many_classes()
    {
        foreach (string name in (string[])["settings.json", "history.csv", "result.json"])
            Copy(name);
        const int Classes = 2001;
        JsonNode result = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!, first = result["test"]!["classes"]![0]!;
        result["test"]!["classes"] = new JsonArray([.. Enumerable.Range(0, Classes).Select(_ => first.DeepClone())]);
        File.WriteAllText(line.At("run", "result.json"), result.ToJsonString());
        const string Note = "There is no confusion matrix: the run has 2001 classes; at most 2000 can be drawn.";
        Assert.Equal($"{Path.Combine("run", "curves.png")}{Environment.NewLine}{Note}{Environment.NewLine}", line.Run("plot", "run").Expect(0).Output);
        Assert.Equal([Note], JsonNode.Parse(line.Run("plot", "run", "--json").Expect(0).Output)!["notes"]!.AsArray().Select(note => note!.GetValue<string>()));
        Assert.Equal(["curves.png"], Directory.EnumerateFiles(line.At("run"), "*.png").Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void The_first_figures_of_many_are_drawn()
    {
        Copy("settings.json");
        int[] columns = [.. Enumerable.Range(0, 30)];
        File.WriteAllText(line.At("run", "history.csv"), $"epoch,{string.Join(",", columns.Select(i => $"figure{i}"))},loss\n0,{string.Join(",", columns)},1\n");
        Assert.Equal($"{Path.Combine("run", "curves.svg")}{Environment.NewLine}history.csv has 31 figures; curves shows the first 24, as more do not fit.{Environment.NewLine}",
            line.Run("plot", "run", "--format", "svg").Expect(0).Output);
        string curves = File.ReadAllText(line.At("run", "curves.svg"));
        Assert.All((string[])["loss", "figure22"], figure => Assert.Contains(figure, curves, StringComparison.Ordinal));
        Assert.DoesNotContain("figure23", curves, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_cannot_be_drawn_are_damage()
    {
        Copy("settings.json");
        File.WriteAllText(line.At("run", "history.csv"), "epoch,loss\n0,1e305\n");
        Says(1, $"{line.At("run", "history.csv")}, line 2, column 'loss': received '1e305'; expected a number from -1E+300 to 1E+300. The file is damaged.", "plot", "run");
    }

    private void Says(int code, string message, params string[] arguments) => Assert.Equal($"error: {message}{Environment.NewLine}", line.Run(arguments).Expect(code).Error);

    private void Photo(string path)
    {
        string full = line.At(path.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        Image.Write(full, new RandomKey(1).Uniform([12, 12, 3], 0, 255).Cast(DType.UInt8));
    }

    private void Photos(int count, params string[] folders)
    {
        foreach (string folder in folders)
        {
            for (int i = 0; i < count; i++)
                Photo($"{folder}/{i}.png");
        }
    }

    // Of the run of the fixture.
    private void Copy(string name)
    {
        Directory.CreateDirectory(line.At("run"));
        File.Copy(trained.Line.At("run", name), line.At("run", name));
    }

    private static Sequential Classifier(int classes)
    {
        Sequential model = new(new Input([8, 8, 3]), new Conv2D(2, 3), new Flatten(), new Dense(classes));
        model.Initialize(new RandomKey(0));
        return model;
    }
}
