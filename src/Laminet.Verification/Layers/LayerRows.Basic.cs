using Laminet.Layers;
using Laminet.Training;

namespace Laminet.Verification.Layers;

internal static partial class LayerRows
{
    private static readonly LayerRow[] Basic =
    [
        new(typeof(Dense), type => new Dense(4, "tanh") { DType = type }, [3, 5], [3, 4], 24),
        new(typeof(Dense), type => new Dense(4, useBias: false) { DType = type }, [2, 3, 5], [2, 3, 4], 20),
        new(typeof(Conv2D), type => new Conv2D(4, (3, 2), activation: "sigmoid") { DType = type }, [2, 5, 6, 3], [2, 3, 5, 4], 76),
        new(typeof(Conv2D), type => new Conv2D(6, 3, strides: 2, padding: Padding.Same, groups: 3) { DType = type }, [2, 5, 6, 3], [2, 3, 3, 6], 60),
        new(typeof(Conv2D), type => new Conv2D(2, 3, padding: Padding.Explicit(1), dilation: 2) { DType = type }, [1, 6, 6, 1], [1, 4, 4, 2], 20),
        new(typeof(MaxPooling2D), _ => new MaxPooling2D(), [2, 5, 6, 3], [2, 2, 3, 3], 0),
        new(typeof(AveragePooling2D), _ => new AveragePooling2D(3, 2, Padding.Same), [2, 5, 6, 3], [2, 3, 3, 3], 0),
        new(typeof(GlobalAveragePooling2D), _ => new GlobalAveragePooling2D(), [2, 5, 6, 3], [2, 3], 0),
        new(typeof(GlobalAveragePooling1D), _ => new GlobalAveragePooling1D(), [2, 5, 3], [2, 3], 0),
        new(typeof(Masking), _ => new Masking(), [2, 5, 3], [2, 5, 3], 0),
        new(typeof(Embedding), type => new Embedding(7, 3, maskZero: true) { DType = type }, [2, 5], [2, 5, 3], 21, Indices: 7),
        new(typeof(Flatten), _ => new Flatten(), [2, 5, 6, 3], [2, 90], 0),
        new(typeof(Reshape), _ => new Reshape(6, -1), [2, 5, 6], [2, 6, 5], 0),
        new(typeof(Activation), _ => new Activation("softmax"), [2, 5], [2, 5], 0),
        new(typeof(Dropout), _ => new Dropout(0.5), [4, 5], [4, 5], 0),
        new(typeof(Rescaling), type => new Rescaling(2, -1) { DType = type }, [2, 5], [2, 5], 0),
        new(typeof(BatchNormalization), type => new BatchNormalization { DType = type }, [6, 5, 3], [6, 5, 3], 12),
        new(typeof(BatchNormalization), type => new BatchNormalization(axis: 1, center: false) { DType = type }, [6, 5, 3], [6, 5, 3], 15),
        new(typeof(Input), type => new Input([5, 3], type), [6, 5, 3], [6, 5, 3], 0),
        new(typeof(Add), _ => new Add(), [2, 5], [2, 5], 0, Inputs: 3),
        new(typeof(Concatenate), _ => new Concatenate(), [2, 5], [2, 15], 0, Inputs: 3),
        new(typeof(Sequential), type => new Sequential(new Dense(3) { DType = type }, new Activation("relu")), [2, 5], [2, 3], 18),
        new(typeof(Model), type => Functional(type), [2, 5], [2, 5], 30),
    ];

    private static Model Functional(DType type)
    {
        var input = new Input([5], type);
        SymbolicTensor hidden = new Dense(5, "tanh") { DType = type }.Call(input);
        return new Model(input, new Add().Call([input, hidden]));
    }
}
