using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Seeing;

namespace Laminet.Vision.Tests.Seeing;

public class SaliencyTests
{
    [Theory]
    [InlineData(null)]
    // The logits are explained, so a softmax at the end changes nothing.
    [InlineData("softmax")]
    public void Gradients_of_every_class_are_those_of_PyTorch(string? activation)
    {
        Saliency saliency = new(SeeingGolden.Network(activation));
        for (int target = 0; target < SeeingGolden.Classes; target++)
            SeeingGolden.Near(SeeingGolden.Doubles(SeeingGolden.Class(target).GetProperty("gradient")), saliency.Gradient(SeeingGolden.Image, target));
    }

    [Fact]
    public void Without_a_class_the_predicted_one_is_explained()
    {
        int predicted = Array.IndexOf(SeeingGolden.Scores, SeeingGolden.Scores.Max());
        SeeingGolden.Near(SeeingGolden.Doubles(SeeingGolden.Class(predicted).GetProperty("gradient")), new Saliency(SeeingGolden.Network("softmax")).Gradient(SeeingGolden.Image));
    }

    // Of a sigmoid the logit counts too: at -12 its own slope is 6e-6.
    [Fact]
    public void A_sure_sigmoid_is_explained_by_its_logit()
    {
        Sequential model = new(new Input([1, 2, 1]), new Flatten(), new Dense(1, "sigmoid") { Name = "score" });
        model.Initialize(new RandomKey(0));
        model.Weights[0].Assign(Tensor.From([-4f, 3f], [2, 1]));
        Assert.Equal([-4f, 3f], new Saliency(model).Gradient(Tensor.From([3f, 0f], [1, 2, 1])).ToArray<float>());
    }

    // A smooth network: relu and the maximum have kinks, where differences are no slopes.
    [Fact]
    public void A_gradient_is_what_a_small_change_does()
    {
        Sequential model = new(seed: 6, new Input([8, 10, 3]), new Conv2D(4, 3, activation: "tanh"), new AveragePooling2D(), new Conv2D(6, 3, activation: "tanh"), new Flatten(), new Dense(5));
        Tensor gradient = new Saliency(model).Gradient(SeeingGolden.Image, 3);
        Tensor direction = new RandomKey(5).Normal(gradient.Shape);
        double Score(double step) => model.Call((SeeingGolden.Image + (direction * step)).ExpandDims(0)).At(0).At(3).ToDouble();
        const double Step = 1e-2;
        Assert.Equal((Score(Step) - Score(-Step)) / (2 * Step), (gradient * direction).Sum().ToDouble(), 2e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    public void Integrated_gradients_are_those_of_PyTorch_for_every_batch_size(int batchSize)
    {
        Saliency saliency = new(SeeingGolden.Network(), batchSize);
        for (int target = 0; target < SeeingGolden.Classes; target++)
            SeeingGolden.Near(SeeingGolden.Doubles(SeeingGolden.Class(target).GetProperty("integrated")), saliency.IntegratedGradients(SeeingGolden.Image, target, SeeingGolden.Baseline, steps: 24));
    }

    // Completeness, the axiom of the paper. relu has kinks, so the error falls as 1/steps.
    [Fact]
    public void Integrated_gradients_add_up_to_the_difference_of_the_scores()
    {
        Sequential model = SeeingGolden.Network("softmax");
        Saliency saliency = new(model);
        Sequential logits = SeeingGolden.Network();
        for (int target = 0; target < SeeingGolden.Classes; target++)
        {
            double difference = (logits.Call(SeeingGolden.Image.ExpandDims(0)) - logits.Call(Tensor.Zeros([1, 8, 10, 3]))).At(0).At(target).ToDouble();
            Assert.Equal(difference, saliency.IntegratedGradients(SeeingGolden.Image, target, steps: 500).Sum().ToDouble(), 5e-4);
            Assert.True(Math.Abs(difference) > 0.01, $"{difference}");
        }
    }

    [Fact]
    public void SmoothGrad_is_the_mean_gradient_of_noisy_copies()
    {
        Sequential model = SeeingGolden.Network();
        Tensor image = SeeingGolden.Image, sum = image.ZerosLike();
        Saliency saliency = new(model);
        double deviation = 0.2 * (image.Max() - image.Min()).ToDouble();
        for (ulong sample = 0; sample < 7; sample++)
            sum += saliency.Gradient(image + new RandomKey(9).Fold(sample).Normal([1, 8, 10, 3], deviation: deviation).At(0), 1);
        SeeingGolden.Near((sum / 7).Cast(DType.Float64).ToArray<double>(), saliency.SmoothGrad(image, 1, samples: 7, noise: 0.2, seed: 9));
        Assert.Equal(saliency.SmoothGrad(image, 1, samples: 7, seed: 9).ToArray<float>(), saliency.SmoothGrad(image, 1, samples: 7, seed: 9).ToArray<float>());
        SeeingGolden.Near(saliency.SmoothGrad(image, 1, samples: 7, seed: 9).Cast(DType.Float64).ToArray<double>(), new Saliency(model, batchSize: 3).SmoothGrad(image, 1, samples: 7, seed: 9));
        Assert.NotEqual(saliency.SmoothGrad(image, 1, samples: 7, seed: 9).ToArray<float>(), saliency.SmoothGrad(image, 1, samples: 7, seed: 8).ToArray<float>());
        SeeingGolden.Near(saliency.Gradient(image, 1).Cast(DType.Float64).ToArray<double>(), saliency.SmoothGrad(image, 1, samples: 3, noise: 0));
    }

    // In training, this dropout would drop nearly everything.
    [Fact]
    public void The_model_runs_as_in_inference()
    {
        Sequential model = new(new Input([2, 2, 1]), new Flatten(), new Dropout(0.99), new Dense(2));
        model.Initialize(new RandomKey(0));
        model.Weights[0].Assign(Tensor.From([1f, 5, 2, 6, 3, 7, 4, 8], [4, 2]));
        Assert.Equal([5, 6, 7, 8], new Saliency(model).Gradient(Tensor.Ones([2, 2, 1]), 1).ToArray<float>());
    }

    [Fact]
    public void New_weights_are_used_at_once()
    {
        Sequential model = new(new Input([1, 1, 1]), new Flatten(), new Dense(1));
        model.Initialize(new RandomKey(0));
        Saliency saliency = new(model);
        foreach (float weight in (float[])[2, -7])
        {
            model.Weights[0].Assign(Tensor.From([weight], [1, 1]));
            Assert.Equal([weight], saliency.Gradient(Tensor.Ones([1, 1, 1])).ToArray<float>());
        }
    }

    [Fact]
    public void Bytes_are_differentiated_as_numbers()
    {
        Sequential model = new(new Input([1, 2, 1], DType.UInt8), new Rescaling(0.5), new Flatten(), new Dense(1));
        model.Initialize(new RandomKey(0));
        model.Weights[0].Assign(Tensor.From([2f, 6f], [2, 1]));
        Assert.Equal([1, 3], new Saliency(model).Gradient(Tensor.From(new byte[] { 200, 100 }, [1, 2, 1])).ToArray<float>());
    }
}
