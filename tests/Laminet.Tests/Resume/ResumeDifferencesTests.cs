using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Resume;

/// <summary>A training that goes on with other data, another rate or other settings: refused, or told which of the two holds.</summary>
public sealed class ResumeDifferencesTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly List<string> warnings = [];

    private string Checkpoint => scratch.Path("checkpoint");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(40, 8, "'batches' is 4 in the file and 5 here")]
    [InlineData(31, 8, "'examples' is 32 in the file and 31 here")]
    [InlineData(32, 9, "'batch_size' is 8 in the file and 9 here")]
    public void Data_of_another_size_is_refused_within_an_epoch(int examples, int batchSize, string reason)
    {
        Interrupt(6);
        Model model = Models.Compiled(Models.Convnet());
        model.EnsureInitialized();
        byte[] before = Models.State(model);
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Fit(model, examples, batchSize));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains("must be the same as when the file was written; to train anew, delete the file", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Models.State(model));
    }

    [Fact]
    public void Between_epochs_it_is_told()
    {
        Interrupt(4);
        Model model = Models.Compiled(Models.Convnet());
        model.Warned += warnings.Add;
        Fit(model, examples: 40);
        Assert.Equal(["batches", "examples"], warnings.Select(warning => warning.Split('\'')[1]));
        Assert.StartsWith($"BackupAndRestore: {Checkpoint}: 'batches' is 4 in the file and 5 here; what is given here holds", warnings[0], StringComparison.Ordinal);
        Assert.Equal(3, model.Progress.History.Epochs.Count);
    }

    [Fact]
    public void Other_validation_is_told()
    {
        Fit(Models.Compiled(Models.Convnet()), dieAt: 6, validation: 8);
        Model model = Models.Compiled(Models.Convnet());
        model.Warned += warnings.Add;
        Fit(model, validation: 9);
        Assert.Contains("'validation_examples' is 8 in the file and 9 here", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_learning_rate_is_told_and_the_files_holds()
    {
        Interrupt(6);
        Model model = Models.Compiled(Models.Convnet(), new Adam(0.02));
        model.Warned += warnings.Add;
        Fit(model);
        Assert.Equal($"BackupAndRestore: {Checkpoint}: The learning rate is 0.01 in the file and was 0.02 here; the file's holds. "
            + "For another, set Optimizer.LearningRate in a callback, or delete the file to train anew.", Assert.Single(warnings));
        Assert.Equal(0.01, model.Optimizer!.LearningRate);
    }

    [Fact]
    public void A_rate_that_a_callback_has_changed_is_not_another()
    {
        Callback Halving() => new LambdaCallback(onEpochEnd: (model, _, _) => model.Optimizer!.LearningRate /= 2);
        Fit(Models.Compiled(Models.Convnet()), dieAt: 6, also: Halving());
        Model model = Models.Compiled(Models.Convnet());
        model.Warned += warnings.Add;
        Fit(model, also: Halving());
        Assert.Empty(warnings);
        Assert.Equal(0.01 / 8, model.Optimizer!.LearningRate);
    }

    [Fact]
    public void Other_settings_are_refused_also_where_a_layer_is_not_registered()
    {
        // Then the file has no description of the model.
        static Sequential Make(Optimizer optimizer) => Models.Compiled(new Sequential(new Input([6, 6, 2]), new Flatten(), new Double(), new Dense(2, "softmax")), optimizer);
        Fit(Make(new Adam(0.01)), dieAt: 6);
        Refuse(Make(new Adam(0.01, beta2: 0.99)), "optimizer.beta_2 was 0.999 and is 0.99");
        Refuse(Make(new Adam(0.01) { WeightDecay = 0.1 }), "optimizer.weight_decay was absent and is 0.1");
        Refuse(Make(new Adam(0.01) { GlobalClipNorm = 1 }), "optimizer.global_clipnorm was absent and is 1");
        Fit(Make(new Adam(0.01)));

        void Refuse(Model model, string reason) => Assert.Contains($"the model was made otherwise: {reason}", Assert.Throws<InvalidDataException>(() => Fit(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResumeFrom_tells_in_its_report()
    {
        Model saved = Models.Compiled(Models.Convnet()), same = Models.Compiled(Models.Convnet()), other = Models.Compiled(Models.Convnet(), new Adam(0.02, beta1: 0.5));
        saved.Fit(Models.Images(8), Models.Labels(8), batchSize: 8);
        saved.Save(Checkpoint);
        Assert.Empty(same.ResumeFrom(Checkpoint).Notes);
        Assert.Equal(
            ["The learning rate is 0.01 in the file and was 0.02 here; the file's holds. Set Optimizer.LearningRate now for another.",
                "The optimizer's settings: optimizer.beta_1 was 0.9 and is 0.5; the model's hold."],
            other.ResumeFrom(Checkpoint).Notes);
        Model.Load(Checkpoint, out Laminet.Saving.LoadReport report);
        Assert.Empty(report.Notes);
    }

    [Fact]
    public void A_moment_before_the_first_step_comes_back()
    {
        Model model = Models.Compiled(Models.Convnet());
        model.Save(Checkpoint);
        byte[] Trained()
        {
            model.ResumeFrom(Checkpoint);
            model.Fit(Models.Images(), Models.Labels(), batchSize: 8);
            return Models.State(model);
        }

        byte[] first = Trained();
        Assert.Equal(first, Trained());
    }

    private void Interrupt(int dieAt) => Fit(Models.Compiled(Models.Convnet()), dieAt: dieAt);

    private void Fit(Model model, int examples = 32, int batchSize = 8, int? dieAt = null, int? validation = null, Callback? also = null)
    {
        int steps = 0;
        LambdaCallback dying = new(onTrainBatchEnd: (_, _, _) =>
        {
            if (steps++ == dieAt)
                throw new TimeoutException();
        });
        (Tensor, Tensor)? held = validation is { } count ? (Models.Images(count), Models.Labels(count)) : null;
        void Run() => model.Fit(Models.Images(examples), Models.Labels(examples), batchSize, epochs: 3, validationData: held,
            callbacks: [new BackupAndRestore(Checkpoint, saveFrequency: 1), .. also is null ? [] : (Callback[])[also], dying]);
        if (dieAt is null)
            Run();
        else
            Assert.Throws<TimeoutException>(Run);
    }

    private sealed class Double : Layer
    {
        protected override Tensor Forward(Tensor input, CallContext context) => input * 2;
    }
}
