using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Training;

namespace Laminet.Cli.Tests;

/// <summary>Models that were saved as a file, by a run or by a program, are measured and asked as runs are.</summary>
public sealed class ModelFileTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    [Fact]
    public void The_file_of_a_run_says_what_the_run_says()
    {
        Assert.Equal(Run("predict", "run", "3", "--json").Output, Run("predict", "run/model.laminet", "3", "--data", "fashion-mnist", "--json").Output);
        Assert.Equal(Run("predict", "run", "3", "--data", "fashion-mnist").Output, Run("predict", "run/model.laminet", "3", "--data", "fashion-mnist").Output);
        // The run was limited to 300 images; its file knows of no limit, and neither do data that are named.
        Assert.Equal(Run("evaluate", "run", "--data", "fashion-mnist", "--json").Output, Run("evaluate", "run/model.laminet", "--data", "fashion-mnist", "--json").Output);
    }

    [Fact]
    public void A_model_of_a_program_is_measured()
    {
        Sequential model = new(new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Flatten(), new Dense(10, "softmax"));
        model.Compile("adam", "sparse_categorical_crossentropy");
        model.Save(trained.Line.At("own.laminet"));
        JsonNode report = JsonNode.Parse(Run("evaluate", "own.laminet", "--data", "fashion-mnist", "--json").Output)!;

        Assert.Equal(2000, report["images"]!.GetValue<int>());
        Assert.InRange(report["accuracy"]!.GetValue<double>(), 0, 0.5);
        Assert.StartsWith("Test accuracy 0.", Run("evaluate", "own.laminet", "--data", "fashion-mnist").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate run/model.laminet")]
    [InlineData("predict run/model.laminet 0")]
    public void A_file_needs_the_data_named(string line) =>
        Assert.Equal("error: --data is missing: the file 'run/model.laminet' does not say what its model was trained on; expected --data with the test images, "
            + $"such as --data fashion-mnist.{Environment.NewLine}", trained.Line.Run(line.Split(' ')).Expect(2).Error);

    [Fact]
    public void A_name_that_is_neither_a_run_nor_a_file_is_told() =>
        Assert.Equal($"error: there is no run or file 'nothing.laminet'; expected a folder that 'laminet train' wrote, or a .laminet file.{Environment.NewLine}",
            trained.Line.Run("predict", "nothing.laminet", "0", "--data", "fashion-mnist").Expect(2).Error);

    [Fact]
    public void A_file_that_is_no_model_is_told() =>
        Assert.StartsWith("error: ", trained.Line.Run("predict", "run/settings.json", "0", "--data", "fashion-mnist").Expect(1).Error, StringComparison.Ordinal);

    [Fact]
    public void A_model_that_was_not_compiled_predicts_and_is_not_measured()
    {
        new Sequential(new Input([28, 28, 1]), new Flatten(), new Dense(10)).Save(trained.Line.At("raw.laminet"));

        Run("predict", "raw.laminet", "0", "--data", "fashion-mnist");
        Assert.Equal("error: 'raw.laminet' was saved before it was compiled, so it can only predict; expected a model with optimizer and loss. "
            + $"Use laminet predict, or compile the model before you save it.{Environment.NewLine}",
            trained.Line.Run("evaluate", "raw.laminet", "--data", "fashion-mnist").Expect(2).Error);
    }

    [Fact]
    public void A_model_for_other_images_is_told()
    {
        new Sequential(new Input([3]), new Dense(2)).Save(trained.Line.At("line.laminet"));

        Assert.StartsWith("error: the model takes images (3,) and gives (2,); fashion-mnist has images (28, 28, 1) of 10 classes.",
            trained.Line.Run("predict", "line.laminet", "0", "--data", "fashion-mnist").Expect(2).Error, StringComparison.Ordinal);
    }

    private Finished Run(params string[] arguments) => trained.Line.Run(arguments).Expect(0);
}
