using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// An estimate of a restricted Boltzmann machine's log Z. Chains of states go from a machine without weights, whose Z is known, to this one, by way of p_β(v) ∝ exp(((1 - β) a + β b) v) Π_j (1 + exp(β (c_j + (v W)_j))) with β
/// from 0 to 1, a the biases of the first machine (for Gaussian units the first factor is exp(-½ |v - b|²) throughout). A chain has the weight Π_k p*_β(k+1)(v_k) / p*_β(k)(v_k), v_k the state before the
/// transition under β(k+1); Z is the first machine's times the mean of the weights.
/// Neal: Annealed importance sampling, 2001; Salakhutdinov, Murray: On the quantitative analysis of deep belief networks, 2008.
/// </summary>
public static class AnnealedImportanceSampling
{
    /// <summary>Estimates log Z.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="key">Names the random numbers.</param>
    /// <param name="temperatures">How many steps β takes from 0 to 1, equally spaced.</param>
    /// <param name="chains">How many chains.</param>
    /// <param name="data">Examples, (examples, visible), whose means the first machine has; null for one with all states alike. Only for binary units.</param>
    /// <returns>The estimate, and the same with three standard deviations of the mean weight taken off and added; the lower one is -∞ where that leaves nothing.</returns>
    public static (double LogPartition, double Low, double High) Estimate(RestrictedBoltzmannMachine machine, RandomKey key, int temperatures = 10_000, int chains = 100, Tensor? data = null)
    {
        Setting.Require(temperatures, temperatures >= 1, "1 or more");
        Setting.Require(chains, chains >= 2, "2 or more");
        bool isBinary = machine.Kind == VisibleUnits.Binary;
        Tensor bias = isBinary && data is not null ? machine.BiasOf(data) : Tensor.Zeros([machine.Visible], machine.Weights.DType);
        Tensor start = machine.DrawVisible(isBinary ? bias.Sigmoid().BroadcastTo([chains, machine.Visible]) : machine.VisibleBias.Value.BroadcastTo([chains, machine.Visible]), key.Fold(0));
        Tensor weights = LogWeights(machine, start, bias, temperatures, key.Fold(1));
        double first = (machine.Hidden * Math.Log(2)) + (isBinary ? bias.Cast(DType.Float64).Softplus().Sum().ToDouble() : machine.Visible * 0.5 * Math.Log(2 * Math.PI));
        double most = weights.Max().ToDouble();
        Tensor shares = (weights - most).Exp();
        double mean = shares.Mean().ToDouble(), error = 3 * Math.Sqrt(shares.Variance(correction: 1).ToDouble() / chains);
        return (At(mean), At(Math.Max(mean - error, 0)), At(mean + error));

        double At(double share) => first + most + Math.Log(share);
    }

    /// <summary>The logarithms of the chains' weights, Float64 (chains,).</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="start">The chains' states under the first machine, (chains, visible).</param>
    /// <param name="bias">a, (visible,).</param>
    /// <param name="temperatures">How many steps.</param>
    /// <param name="key">Names the random numbers.</param>
    internal static Tensor LogWeights(RestrictedBoltzmannMachine machine, Tensor start, Tensor bias, int temperatures, RandomKey key)
    {
        DType type = machine.Weights.DType;
        Tensor betas = (Tensor.Range(0, temperatures + 1, DType.Float64) / temperatures).Cast(type);
        bool isBinary = machine.Kind == VisibleUnits.Binary;
        CompiledFunction anneal = Function.Compile(
            inputs =>
            {
                Tensor weights = machine.Weights.Value, visibleBias = machine.VisibleBias.Value;
                (Bundle<Tensor> end, _) = Flow.Scan(
                    (now, entry) =>
                    {
                        (Tensor visible, Tensor before, Tensor after) = (now[0], entry[0], entry[1]);
                        RandomKey own = key.Fold(entry[2]);
                        Tensor field = visible.MatMul(weights) + machine.HiddenBias.Value;
                        Tensor gain = ((field * after).Softplus() - (field * before).Softplus()).Sum(1);
                        if (isBinary)
                            gain += (after - before) * (visible * (visibleBias - bias)).Sum(1);
                        Tensor hidden = RestrictedBoltzmannMachine.Draw((field * after).Sigmoid(), own.Fold(0)), back = after * hidden.MatMul(weights, transposeOther: true);
                        Tensor means = isBinary ? (back + (after * visibleBias) + ((1 - after) * bias)).Sigmoid() : back + visibleBias;
                        return ((machine.DrawVisible(means, own.Fold(1)), now[1] + gain.Cast(DType.Float64)), new Bundle<Tensor>());
                    },
                    (inputs[0], Tensor.Zeros([inputs[0].Shape[0]], DType.Float64)), (inputs[1], inputs[2], inputs[3]));
                return [end[1]];
            },
            "annealing");
        return anneal.Call(start, betas.Slice(0, temperatures), betas.Slice(1, temperatures + 1), Tensor.Range(0, temperatures, DType.Int64))[0];
    }
}
