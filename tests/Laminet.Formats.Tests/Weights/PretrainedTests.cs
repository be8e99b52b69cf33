using Laminet.Formats.Weights;
using Laminet.Formats.Weights.Mapping;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Training;

namespace Laminet.Formats.Tests.Weights;

/// <summary>Published weights give the numbers of the library that they are from (Golden/make_pretrained.py, make_tfjs.mjs).</summary>
public class PretrainedTests
{
    private const string ResNet = "data/models/resnet20-cifar10-torch/resnet20-12fca82f.th", SqueezeNet = "data/models/squeezenet-v1.1-notop-keras/squeezenet_v11_notop.h5",
        MobileNet = "data/models/mobilenetv2-0.35-teachable-tfjs/model.json";

    [SharedDataFact(ResNet)]
    public void ResNet_20_of_PyTorch()
    {
        Input image = new([32, 32, 3]);
        SymbolicTensor x = Block(image, 16, 1, "relu");
        for (int stage = 0; stage < 3; stage++)
        {
            for (int block = 0; block < 3; block++)
            {
                int filters = 16 << stage, stride = stage > 0 && block == 0 ? 2 : 1;
                SymbolicTensor shortcut = stride == 1 ? x : new Lambda(input => input.Slice(0, step: 2, axis: 1).Slice(0, step: 2, axis: 2).Pad([(0, 0), (0, 0), (0, 0), (filters / 4, filters / 4)])).Call(x);
                x = new ReLU().Call(new Add().Call([shortcut, Block(Block(x, filters, stride, "relu"), filters, 1, "linear")]));
            }
        }

        Model model = new(image, new Dense(10).Call(new GlobalAveragePooling2D().Call(x)));
        ImportReport report = model.ImportWeights(SharedDataFactAttribute.Find(ResNet)!);
        Assert.Equal("by order", report.Matching);
        Assert.Equal(model.Weights.Count, report.With(ImportStatus.Loaded).Count());
        Assert.Contains("best_prec1", report.Notes[0], StringComparison.Ordinal);
        WeightGolden.AssertClose(WeightGolden.Pretrained("pretrained.json", "resnet20"), model.Predict(WeightGolden.Image([4, 32, 32, 3])), 1e-5);

        static SymbolicTensor Block(SymbolicTensor x, int filters, int stride, string activation) => new Activation(activation).Call(new BatchNormalization(epsilon: 1e-5).Call(
            new Conv2D(filters, 3, strides: stride, padding: Padding.Explicit((1, 1), (1, 1)), useBias: false).Call(x)));
    }

    [SharedDataFact(SqueezeNet)]
    public void SqueezeNet_of_Keras()
    {
        Input image = new([227, 227, 3]);
        SymbolicTensor x = new MaxPooling2D(3, 2).Call(Conv("conv1", 64, 3, image, 2));
        for (int fire = 2; fire < 10; fire++)
        {
            int squeeze = 16 * (fire / 2), expand = 4 * squeeze;
            SymbolicTensor s = Conv($"fire{fire}/squeeze1x1", squeeze, 1, x);
            x = new Concatenate().Call([Conv($"fire{fire}/expand1x1", expand, 1, s), Conv($"fire{fire}/expand3x3", expand, 3, s)]);
            if (fire is 3 or 5)
                x = new MaxPooling2D(3, 2).Call(x);
        }

        Model model = new(image, new GlobalAveragePooling2D().Call(x));
        Assert.Equal(722_496, model.ParameterCount);
        ImportReport report = model.ImportWeights(SharedDataFactAttribute.Find(SqueezeNet)!);
        Assert.Equal("by name", report.Matching);
        WeightGolden.AssertClose(WeightGolden.Pretrained("pretrained.json", "squeezenet"), model.Predict(WeightGolden.Image([1, 227, 227, 3])), 1e-5);

        static SymbolicTensor Conv(string name, int filters, int size, SymbolicTensor x, int stride = 1) =>
            new Conv2D(filters, size, strides: stride, padding: stride == 1 ? Padding.Same : Padding.Valid, activation: "relu") { Name = name }.Call(x);
    }

    [SharedDataFact(MobileNet)]
    public void MobileNetV2_of_TensorFlowJs_layers_and_weights()
    {
        Model model = KerasModel.Load(SharedDataFactAttribute.Find(MobileNet)!, out ImportReport report);
        Assert.Equal("by name", report.Matching);
        Assert.Equal(538_808, model.ParameterCount);
        Tensor image = WeightGolden.Image([1, 224, 224, 3]);
        WeightGolden.AssertClose(WeightGolden.Pretrained("mobilenetv2.json", "output"), model.Predict(image), 1e-4);
        WeightGolden.AssertClose(WeightGolden.Pretrained("mobilenetv2.json", "features"), ((Model)model.Layers.First(layer => layer is Sequential)).Predict(image), 1e-4);
    }
}
