using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Layers;

/// <summary>Activations of the caller's own: as a lambda, and registered under a name.</summary>
public sealed class ActivationFunctionTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string File => scratch.Path("model.laminet");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_lambda_trains_like_the_same_function_by_name()
    {
        Sequential byName = Trained("relu"), byLambda = Trained(new(x => x.Maximum(Tensor.Scalar(0f))));
        Assert.Equal(byName.Predict(Models.Images()).ToArray<float>(), byLambda.Predict(Models.Images()).ToArray<float>());
        Func<Tensor, Tensor> held = x => x.Relu() * 2;
        Assert.Equal([0f, 4], new Activation(held).Call(Tensor.From(-1f, 2)).ToArray<float>());
        Assert.Equal([0f, 6], new Activation((ActivationFunction)(x => x.Relu() * 3)).Call(Tensor.From(-1f, 2)).ToArray<float>());
    }

    [Fact]
    public void A_model_with_a_lambda_is_not_saved_and_the_old_file_stays()
    {
        System.IO.File.WriteAllText(File, "old");
        Sequential model = Trained(new(x => x.Tanh()));
        string message = Assert.Throws<ArgumentException>(() => model.Save(File)).Message;
        Assert.Equal("A layer's activation is a lambda, which no file can hold: files hold names, never code. Call ActivationFunction.Register(\"my_activation\", x => ...) "
            + "once at start-up and give the layer that name, or write a layer class and register it (Layer.Registry.Register). SaveWeights and BackupAndRestore work without.", message);
        Assert.Equal("old", System.IO.File.ReadAllText(File));
        Assert.Equal(["model.laminet"], scratch.Files);
        // Before the first epoch, not after it.
        ModelCheckpoint checkpoint = new(scratch.Path("epochs/{epoch}.laminet"));
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => model.Fit(Models.Images(), Models.Labels(), epochs: 1, callbacks: [checkpoint])).Message);
    }

    [Fact]
    public void Weights_and_checkpoints_of_a_model_with_a_lambda_are_kept()
    {
        Sequential model = Trained(new(x => x.Tanh())), other = Network(new(x => x.Tanh()), seed: 8);
        model.SaveWeights(scratch.Path("w.safetensors"));
        Assert.True(other.LoadWeights(scratch.Path("w.safetensors")).IsComplete);
        Assert.Equal(model.Predict(Models.Images()).ToArray<float>(), other.Predict(Models.Images()).ToArray<float>());

        Sequential whole = Network(new(x => x.Tanh())), parts = Network(new(x => x.Tanh()));
        whole.Fit(Models.Images(), Models.Labels(), epochs: 4);
        parts.Fit(Models.Images(), Models.Labels(), epochs: 2, callbacks: [new BackupAndRestore(scratch.Path("c"), deleteCheckpoint: false)]);
        Sequential resumed = Network(new(x => x.Tanh()));
        BackupAndRestore backup = new(scratch.Path("c"));
        resumed.Fit(Models.Images(), Models.Labels(), epochs: 4, callbacks: [backup]);
        Assert.True(backup.HasResumed);
        Assert.Equal(Models.State(whole), Models.State(resumed));
    }

    [Fact]
    public void A_registered_function_is_saved_by_its_name()
    {
        ActivationFunction.Register("half_of_tests", x => x * 0.5);
        Sequential model = Trained("half_of_tests");
        model.Save(File);
        Assert.Equal(model.Predict(Models.Images()).ToArray<float>(), Model.Load(File).Predict(Models.Images()).ToArray<float>());
        Assert.Equal("The name 'relu' is a built-in activation's, and files with it mean that one. Take another name. (Parameter 'name')",
            Assert.Throws<ArgumentException>(() => ActivationFunction.Register("relu", x => x)).Message);
        Assert.Throws<ArgumentException>(() => ActivationFunction.Register(" ", x => x));
    }

    [Fact]
    public void A_function_that_changes_the_shape_or_gives_nothing_is_told()
    {
        Assert.Equal("Layer Dense: the activation gave a tensor of shape (2,) for one of shape (2, 3); an activation keeps the shape. For anything else write a layer.",
            Assert.Throws<ShapeException>(() => new Dense(3, new(x => x.Sum(-1))).Call(Tensor.Ones([2, 4]))).Message);
        Assert.Equal("The activation gave null for an input of shape (2, 3); expected a tensor of that shape.",
            Assert.Throws<InvalidOperationException>(() => new Dense(3, new(_ => null!)).Call(Tensor.Ones([2, 4]))).Message);
        Assert.Throws<ArgumentNullException>("function", () => new ActivationFunction(null!));
    }

    private static Sequential Network(ActivationFunction activation, ulong seed = 1) => Models.Compiled(
        new Sequential(seed, new Input([6, 6, 2]), new Conv2D(3, 3, activation: activation), new Flatten(), new Dense(4, activation), new Dense(2, "softmax")));

    private static Sequential Trained(ActivationFunction activation)
    {
        Sequential model = Network(activation);
        model.Fit(Models.Images(), Models.Labels(), epochs: 2);
        return model;
    }
}
