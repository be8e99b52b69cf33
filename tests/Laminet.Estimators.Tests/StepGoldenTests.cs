using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

/// <summary>Three passes from given weights, with each solver and schedule: scikit-learn's weights, losses and outputs.</summary>
public class StepGoldenTests
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Data.At("steps").AsArray().Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Passes_agree_with_scikit_learn(int number)
    {
        JsonNode golden = Data.At("steps")[number]!;
        bool classifies = golden["classifier"]!.GetValue<bool>();
        MultilayerPerceptron mlp = classifies ? new MLPClassifier() : new MLPRegressor();
        (mlp.HiddenLayerSizes, mlp.BatchSize, mlp.Shuffle, mlp.RandomState) = ([5, 3], 4, false, 0);
        foreach ((string name, JsonNode? value) in golden["settings"]!.AsObject())
        {
            mlp[name] = value!.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.String => value.GetValue<string>(),
                System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => value.GetValue<bool>(),
                _ => value.GetValue<double>(),
            };
        }

        Tensor x = Data.Table(golden["x"]!), y = Data.Table(golden["y"]!);
        y = classifies ? y.Cast(DType.Int32).Reshape([-1]) : y;
        Tensor[] start = [.. golden["start"]!.AsArray().Select(node => Data.Table(node!))];
        int outputs = start[2].Shape[1];
        mlp.Build(4, outputs, !classifies ? PerceptronOutput.Identity : outputs == 1 ? PerceptronOutput.Logistic : PerceptronOutput.Softmax, DType.Float64, key: 1);
        mlp.Restored(4);
        // Biases are vectors.
        mlp.Network.Restore([.. start.Select((table, i) => i < 3 ? table : table.Reshape([-1]))]);
        for (int pass = 0; pass < 3; pass++)
        {
            if (mlp is MLPClassifier classifier)
                classifier.PartialFit(x, y, classes: Tensor.From([.. y.ToArray<int>().Distinct()], [y.ToArray<int>().Distinct().Count()]));
            else
                mlp.PartialFit(x, y);
        }

        Tensor[] end = [.. golden["end"]!.AsArray().Select(node => Data.Table(node!))];
        foreach ((Tensor expected, Tensor received) in end.Zip(mlp.Coefs.Concat(mlp.Intercepts)))
            Near(expected.ToArray<double>(), received.ToArray<double>());
        Near([.. golden["losses"]!.AsArray().Select(node => node!.GetValue<double>())], [.. mlp.LossCurve]);
        Near(Data.Table(golden["output"]!).ToArray<double>(), (classifies ? mlp.PredictProbabilities(x) : mlp.Predict(x)).ToArray<double>());
    }

    private static void Near(double[] expected, double[] received)
    {
        Assert.Equal(expected.Length, received.Length);
        Assert.All(expected.Zip(received), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }
}
