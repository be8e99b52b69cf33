using Laminet.Data;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Models;

public class ModelTests
{
    [Theory]
    [InlineData("convnet", 34_826)]
    [InlineData("lenet5", 61_706)]
    [InlineData("mlp", 669_706)]
    public void Has_the_known_number_of_parameters(string name, long parameters)
    {
        Model model = ModelCatalog.Find(name).Create([28, 28, 1], 10, 0);
        Assert.Equal(parameters, model.ParameterCount);
        Assert.Equal(new Shape(10), model.OutputShape);
    }

    // Keras's own example: 320 + 18,496 + 16,010.
    [Fact]
    public void The_convnets_layers_have_the_course_s_shapes_and_counts() => Assert.Equal(
        """
        Model: convnet
        ----------------------------------------------------------------------
        Layer (type)                    Output shape        Param #  Trainable
        ----------------------------------------------------------------------
        input (Input)                   (None, 28, 28, 1)         0  -
        rescaling (Rescaling)           (None, 28, 28, 1)         0  -
        conv2d (Conv2D)                 (None, 26, 26, 32)      320  yes
        max_pooling2d (MaxPooling2D)    (None, 13, 13, 32)        0  -
        conv2d_1 (Conv2D)               (None, 11, 11, 64)   18,496  yes
        max_pooling2d_1 (MaxPooling2D)  (None, 5, 5, 64)          0  -
        flatten (Flatten)               (None, 1600)              0  -
        dropout (Dropout)               (None, 1600)              0  -
        dense (Dense)                   (None, 10)           16,010  yes
        ----------------------------------------------------------------------
        Total params: 34,826
        Trainable params: 34,826
        Non-trainable params: 0
        Seed: 0

        """.ReplaceLineEndings("\n"), CourseConvnet.Create([28, 28, 1], seed: 0).SummaryText());

    [Fact]
    public void An_unknown_model_is_an_error_that_lists_the_known()
    {
        string message = Assert.Throws<ArgumentException>(() => ModelCatalog.Find("vgg")).Message;
        Assert.StartsWith("There is no model named 'vgg'. Did you mean 'vgg16-small'? Known: convnet, lenet5, lenet5-1998, mlp, resnet20, ", message, StringComparison.Ordinal);
    }

    // The figures are what these seeds gave when written, less a margin for other vector widths. A network that does not learn gives 0.1.
    [Theory]
    [InlineData("convnet", 3, 0.78)]
    [InlineData("mlp", 3, 0.78)]
    public void Learns_real_images(string name, int epochs, double accuracy)
    {
        ImageDataset data = FashionMnist.Load();
        Model model = ModelCatalog.Find(name).Create([28, 28, 1], 10, 0);
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        model.Fit(data.TrainImages.Slice(0, 6_000), data.TrainLabels.Slice(0, 6_000), batchSize: 64, epochs: epochs);
        double reached = model.Evaluate(data.TestImages, data.TestLabels, batchSize: 200)["accuracy"];
        Assert.True(reached >= accuracy, $"{name} reached {reached:F3} on the test images; expected at least {accuracy}.");
    }

    // Sigmoids saturate: LeNet-5 stands still for some epochs before it learns, so it gets few images and small batches.
    [Fact]
    public void LeNet5_learns_real_images()
    {
        ImageDataset data = FashionMnist.Load();
        Model model = LeNet5.Create([28, 28, 1], seed: 0);
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        Dataset batches = Dataset.FromTensors(data.TrainImages.Slice(0, 4_000), data.TrainLabels.Slice(0, 4_000)).Shuffle(1).Batch(32);
        model.Fit(batches, epochs: 8);
        double reached = model.Evaluate(data.TestImages, data.TestLabels, batchSize: 200)["accuracy"];
        Assert.True(reached >= 0.6, $"LeNet-5 reached {reached:F3} on the test images; expected at least 0.6.");
    }
}
