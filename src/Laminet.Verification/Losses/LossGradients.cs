using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Tensors.Autodiff;

namespace Laminet.Verification.Losses;

/// <summary>Every loss's gradient, first and second order, against finite differences in double.</summary>
internal static class LossGradients
{
    public static IEnumerable<Check> All() =>
        from type in Families.ClassesOf<Loss>()
        from config in Configs(type.Name)
        select new Check(Family.Losses, type.Name, CheckKind.Gradient, $"gradients of first and second order are the finite differences {config}", _ => AreTheFiniteDifferences(type.Name, config));

    private static IEnumerable<string> Configs(string name)
    {
        yield return LossExamples.ConfigOf(name).ToJsonString();
        JsonObject config = Loss.Registry.Create(name).GetConfig();
        if (config.ContainsKey("from_logits"))
            yield return "{\"from_logits\": true}";
        if (config.ContainsKey("label_smoothing"))
            yield return "{\"from_logits\": true, \"label_smoothing\": 0.2}";
    }

    private static void AreTheFiniteDifferences(string name, string config)
    {
        Loss loss = Loss.Registry.Deserialize(new JsonObject { ["class_name"] = name, ["config"] = JsonNode.Parse(config) });
        (Tensor target, Tensor prediction) = LossExamples.Of(name);
        Func<Tensor, Tensor> value = x => loss.Call(target, x, LossExamples.WeightsOf(name));
        Check(value, prediction, 1e-7);
        // The gradient's own gradient, along some direction.
        Tensor direction = new RandomKey(5).Normal(prediction.Shape, dtype: DType.Float64);
        // A loss of straight pieces has no second derivative.
        Func<Tensor, Tensor> slope = Gradient.Of(value, Unconnected.Zeros);
        Check(x => (slope(x) * direction).Sum(), prediction, 1e-6);
    }

    private static void Check(Func<Tensor, Tensor> function, Tensor x, double tolerance)
    {
        double[] values = x.ToArray<double>();
        double[] differences = new double[values.Length];
        const double step = 1e-5;
        for (int i = 0; i < values.Length; i++)
        {
            differences[i] = (At(i, step) - At(i, -step)) / (2 * step);

            double At(int place, double by)
            {
                double[] moved = [.. values];
                moved[place] += by;
                return function(Tensor.From(moved, x.Shape)).ToDouble();
            }
        }

        Near.Equal(differences, Gradient.Of(function, Unconnected.Zeros)(x), tolerance);
    }
}
