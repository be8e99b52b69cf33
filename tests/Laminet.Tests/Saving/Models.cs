using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Tests.Saving;

/// <summary>Small models of the kinds that files must keep.</summary>
internal static class Models
{
    public static Tensor Images(int count = 24) => new RandomKey(5).Normal([count, 6, 6, 2]);

    public static Tensor Labels(int count = 24) => new RandomKey(6).Permutation(count).Less(count / 2).Cast(DType.Int32);

    /// <summary>Two branches, a layer used twice, a model inside, a frozen layer.</summary>
    public static Model Functional(ulong seed = 1)
    {
        Input innerInput = new([4]);
        Model inner = new(innerInput, new Dense(4, "tanh") { Name = "twist" }.Call(new BatchNormalization().Call(innerInput.Output))) { Name = "inner" };
        Input input = new([6, 6, 2]);
        SymbolicTensor left = new Conv2D(4, 3, activation: "relu").Call(input.Output);
        SymbolicTensor right = new Conv2D(4, 3) { Trainable = false }.Call(input.Output);
        Dense shared = new(4) { Name = "shared" };
        SymbolicTensor a = shared.Call(new GlobalAveragePooling2D().Call(new Add().Call([left, right])));
        SymbolicTensor b = shared.Call(a);
        SymbolicTensor joined = new Concatenate().Call([inner.Call(a), b]);
        return new Model(input, new Dense(2, "softmax").Call(new Dropout(0.25).Call(joined)), seed);
    }

    public static Sequential Convnet(ulong seed = 1) => new(
        seed, new Input([6, 6, 2]), new Conv2D(3, 3, activation: "relu"), new BatchNormalization(), new Flatten(), new Dropout(0.5), new Dense(2, "softmax"));

    public static TModel Compiled<TModel>(TModel model, Optimizer? optimizer = null) where TModel : Model
    {
        model.Compile(optimizer ?? new Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"]);
        return model;
    }

    /// <summary>Weights, optimizer and history as bytes.</summary>
    public static byte[] State(Model model, History? history = null)
    {
        using MemoryStream bytes = new();
        foreach (Variable variable in model.Weights.Concat(model.Optimizer?.State ?? []))
            variable.Value.Write(bytes);
        using BinaryWriter writer = new(bytes);
        foreach ((string name, double value) in (history ?? model.Progress.History).Epochs.SelectMany(epoch => epoch))
        {
            writer.Write(name);
            writer.Write(value);
        }

        writer.Flush();
        return bytes.ToArray();
    }
}
