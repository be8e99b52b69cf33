using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Optimizers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Optimizers;

/// <summary>L-BFGS against PyTorch's, step by step with the count of evaluations.</summary>
internal static class LbfgsGoldens
{
    private static readonly JsonObject Root = GoldenFile.Json("optimizers.json");

    public static IEnumerable<Check> All() =>
        from row in Root["lbfgs"]!.AsArray()
        select new Check(Family.Optimizers, nameof(LBFGS), CheckKind.Value, $"{row["curve"]}{row["config"]!.ToJsonString()}: steps and evaluations are PyTorch's", _ => ArePyTorchs(row.AsObject()));

    private static void ArePyTorchs(JsonObject item)
    {
        JsonObject config = item["config"]!.AsObject();
        double[] start = GoldenFile.Numbers(item["start"]);
        // Split over two variables: to L-BFGS they are one line of numbers.
        Variable first = new(Tensor.From(start[..2]), "a"), second = new(Tensor.From(start[2..], [start.Length - 2, 1]), "b");
        LBFGS optimizer = new(
            config.Get("lr", 1.0), config.Get("max_iter", 20), config.Get<int?>("max_eval", null), config.Get("tolerance_grad", 1e-7), config.Get("tolerance_change", 1e-9),
            config.Get("history_size", 100), config.ContainsKey("line_search_fn") ? LineSearch.StrongWolfe : LineSearch.None);
        double[] losses = GoldenFile.Numbers(item["losses"]);
        for (int step = 0; step < losses.Length; step++)
        {
            Near.Equal(losses[step], optimizer.Step(Loss, [first, second]), 1e-6, $"loss {step}: ");
            Near.Equal(GoldenFile.Numbers(item["weights"]![step]), Weights(), 1e-5, $"step {step}: ");
        }

        Expect.Equal(item["evaluations"]!.GetValue<int>(), optimizer.Evaluations, "evaluations");

        double[] Weights() => [.. first.Value.ToArray<double>(), .. second.Value.Reshape([-1]).ToArray<double>()];

        Tensor Loss() => Curve(item["curve"]!.GetValue<string>(), Tensor.Concatenate([first.Value, second.Value.Reshape([-1])]));
    }

    /// <summary>A curve to descend, by name.</summary>
    public static Tensor Curve(string name, Tensor w)
    {
        int count = w.Length;
        switch (name)
        {
            case "rosenbrock":
                Tensor here = w.Slice(0, count - 1), next = w.Slice(1, count);
                return ((next - here.Square()).Square() * 100).Sum() + (1 - here).Square().Sum();
            case "quartic":
                return (w - Tensor.From<double>([.. Enumerable.Range(1, count).Select(i => (double)i)])).Square().Square().Sum() + (w.Square().Sum() * 0.1);
            default:
                Tensor x = (w * Tensor.From(1.0, 3.0, 0.2)) - 0.5;
                return ((x.Exp() + (-x).Exp()) * 0.5).Log().Sum();
        }
    }
}
