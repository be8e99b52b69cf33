using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Tests;

/// <summary>Saved models of other forms than those of the zoo: several inputs and outputs, unknown lengths, other losses.</summary>
public sealed class ModelFormTests : IDisposable
{
    private readonly CommandLine line = new();

    public ModelFormTests()
    {
        Input photo = new([28, 28, 1]) { Name = "photo" }, title = new([null], DType.Int32) { Name = "title" }, step = new([null, 64]);
        SymbolicTensor seen = new Flatten().Call(photo.Output);
        Model several = new(
            new Dictionary<string, SymbolicTensor>
            {
                ["photo"] = photo.Output,
                ["title"] = title.Output,
            },
            new Dictionary<string, SymbolicTensor>
            {
                ["kind"] = new Dense(3, "softmax").Call(new Concatenate().Call([seen, new GlobalAveragePooling1D().Call(new Embedding(20, 4).Call(title.Output))])),
                ["price"] = new Dense(1).Call(seen),
                ["free"] = new Dense(2).Call(seen),
            })
        { Name = "several" };
        several.Compile("adam", new Dictionary<string, Loss?> { ["kind"] = "sparse_categorical_crossentropy", ["price"] = "mse" });
        several.Save(line.At("several.laminet"));

        Model sequence = new(step.Output, new Dense(2, "softmax").Call(new GlobalAveragePooling1D().Call(step.Output))) { Name = "sequence" };
        sequence.Compile("sgd", "categorical_crossentropy");
        sequence.Save(line.At("sequence.laminet"));
    }

    public void Dispose() => line.Dispose();

    public static TheoryData<string> Lines => new("summary several.laminet", "summary sequence.laminet", "summary several.laminet --batch 4 --length 7", "summary sequence.laminet --batch 4 --length 7",
        "graph several.laminet --length 7 --pass all", "graph several.laminet --step test --length 7", "graph several.laminet --step predict --length 7 --dot", "graph sequence.laminet --length 7",
        "profile several.laminet --length 7 --calls 1 --batch 4", "profile several.laminet --length 7 --calls 1 --batch 4 --step test", "profile sequence.laminet --length 7 --calls 1 --batch 4",
        "profile sequence.laminet --length 7 --calls 1 --batch 4 --step predict");

    [Theory]
    [MemberData(nameof(Lines))]
    public void Any_model_can_be_looked_at(string command)
    {
        Assert.NotEmpty(line.Run(command.Split(' ')).Expect(0).Output);
        Assert.NotNull(JsonNode.Parse(line.Run([.. command.Split(' '), "--json"]).Expect(0).Output));
    }

    [Fact]
    public void Memory_counts_every_input_and_every_target()
    {
        JsonNode memory = JsonNode.Parse(line.Run("summary", "several.laminet", "--batch", "4", "--length", "7", "--json").Expect(0).Output)!["memory"]!;
        ModelMemory plan = Model.Load(line.At("several.laminet")).Plan(4, 7);

        // Float32 photos, Int32 words; a label, and a price.
        Assert.Equal(4 * 4 * (784 + 7), memory["inference"]!["batch_bytes"]!.GetValue<long>());
        Assert.Equal(4 * 4 * (784 + 7 + 1 + 1), memory["training"]!["batch_bytes"]!.GetValue<long>());
        Assert.Equal(plan.TrainingBytes, memory["training"]!["total_bytes"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("graph sequence.laminet", "--length is missing: 'sequence.laminet' takes examples of any length, (None, None, 64); expected --length with the length to use, such as --length 100.")]
    [InlineData("profile several.laminet", "--length is missing: 'several.laminet' takes examples of any length, (None, None); expected --length with the length to use, such as --length 100.")]
    [InlineData("summary sequence.laminet --batch 3", "--length is missing: 'sequence.laminet' takes examples of any length, (None, None, 64); expected --length with the length to use, such as --length 100.")]
    [InlineData("summary sequence.laminet --length 3", "--length: it sets the length for the memory plan; expected --batch with it.")]
    [InlineData("graph mlp --length 3", "--length: received 3; all lengths of 'mlp' are known, (None, 28, 28, 1). Leave it out.")]
    [InlineData("graph sequence.laminet --length 0", "--length: received '0'; expected a whole number from 1 to 1000000.")]
    [InlineData("evaluate several.laminet --data fashion-mnist", "'several.laminet' takes 2 (photo, title) and gives 3 (kind, price, free); expected a model of one input and one output, which takes an image "
        + "and predicts its class. Inspect it with laminet summary, and evaluate it in your own program.")]
    [InlineData("predict several.laminet 0 --data fashion-mnist", "'several.laminet' takes 2 (photo, title) and gives 3 (kind, price, free); expected a model of one input and one output, which takes an image "
        + "and predicts its class. Inspect it with laminet summary, and evaluate it in your own program.")]
    [InlineData("predict sequence.laminet 0 --data fashion-mnist", "the model takes images (None, 64) and gives (2,); fashion-mnist has images (28, 28, 1) of 10 classes. Name data like those it was trained on with --data.")]
    public void What_is_not_possible_is_told(string command, string message)
    {
        Finished finished = line.Run(command.Split(' ')).Expect(2);
        Assert.Equal($"error: {message}{Environment.NewLine}", finished.Error);
        Assert.Empty(finished.Output);
    }

    [Theory]
    [InlineData("sparse_categorical_crossentropy", "softmax")]
    [InlineData("categorical_crossentropy", "softmax")]
    [InlineData("mse", "softmax")]
    [InlineData("binary_crossentropy", "sigmoid")]
    [InlineData("mae", null)]
    public void A_model_of_any_loss_is_measured_and_asked(string loss, string? activation)
    {
        Sequential model = new(new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Flatten(), new Dense(10, activation));
        model.Compile("adam", loss, ["accuracy"]);
        model.Save(line.At("own.laminet"));
        JsonNode report = JsonNode.Parse(line.Run("evaluate", "own.laminet", "--data", "fashion-mnist", "--json").Expect(0).Output)!;

        // The loss is that of a one for the right class and zeros; accuracy does not depend on the loss.
        Zoo.Datasets.ImageDataset data = Zoo.Datasets.FashionMnist.Load();
        Tensor oneHot = data.TestLabels.OneHot(10), prediction = model.Predict(data.TestImages);
        Assert.Equal(((Loss)(loss == "sparse_categorical_crossentropy" ? "categorical_crossentropy" : loss)).Call(oneHot, prediction).ToDouble(), report["loss"]!.GetValue<double>(), 1e-4);
        Assert.Equal(prediction.ArgMax().Cast(DType.Int32).Equal(data.TestLabels).Cast(DType.Float32).Mean().ToDouble(), report["accuracy"]!.GetValue<double>(), 1e-6);
        line.Run("predict", "own.laminet", "3", "--data", "fashion-mnist").Expect(0);
    }

    [Fact]
    public void Logits_are_shown_as_probabilities()
    {
        Sequential model = new(new Input([28, 28, 1]), new Flatten(), new Dense(10));
        model.Compile("adam", new SparseCategoricalCrossentropy(fromLogits: true));
        model.Save(line.At("logits.laminet"));
        JsonArray probabilities = JsonNode.Parse(line.Run("predict", "logits.laminet", "3", "--data", "fashion-mnist", "--json").Expect(0).Output)!["probabilities"]!.AsArray();

        Assert.Equal(1, probabilities.Sum(entry => entry!["probability"]!.GetValue<double>()), 1e-5);
        Assert.All(probabilities, entry => Assert.InRange(entry!["probability"]!.GetValue<double>(), 0, 1));
    }

    [Fact]
    public void A_model_for_images_of_any_size_is_measured()
    {
        Sequential model = new(new Input([null, null, 1]), new Rescaling(1.0 / 255), new Conv2D(4, 3), new GlobalAveragePooling2D(), new Dense(10, "softmax"));
        model.Compile("adam", "sparse_categorical_crossentropy");
        model.Save(line.At("any.laminet"));

        Assert.Equal(2000, JsonNode.Parse(line.Run("evaluate", "any.laminet", "--data", "fashion-mnist", "--json").Expect(0).Output)!["images"]!.GetValue<int>());
        line.Run("predict", "any.laminet", "3", "--data", "fashion-mnist").Expect(0);
    }
}
