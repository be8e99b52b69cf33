using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Estimators;

/// <summary>The drawn part of an <see cref="EchoStateNetwork"/>, Float64: h(t) = (1 - a) h(t - 1) + a tanh(h(t - 1) W + u(t) V + b), from h = 0.</summary>
/// <param name="Recurrent">W, (units, units).</param>
/// <param name="Input">V, (features, units).</param>
/// <param name="Bias">b, (units,).</param>
/// <param name="LeakRate">a.</param>
internal sealed record Reservoir(Tensor Recurrent, Tensor Input, Tensor Bias, double LeakRate)
{
    /// <summary>The greatest |eigenvalue| of a matrix: |W^k|^(1/k), where k doubles by squaring until it no longer changes (Gelfand, 1941). It works for complex pairs too, where a power iteration turns forever.</summary>
    /// <param name="matrix">(size, size).</param>
    public static double SpectralRadius(Tensor matrix)
    {
        Tensor power = matrix.Cast(DType.Float64);
        double log = 0;
        for (double k = 1; ; k *= 2)
        {
            double norm = power.Square().Sum().Sqrt().ToDouble();
            if (norm == 0)
                return 0;
            double change = Math.Log(norm) / k;
            log += change;
            if (k > 1 && Math.Abs(change) < 1e-10)
                return Math.Exp(log);
            power /= norm;
            power = power.MatMul(power);
        }
    }

    /// <summary>A reservoir for sequences of some features.</summary>
    public static Reservoir Draw(EchoStateNetwork settings, int features)
    {
        RandomKey key = new(settings.RandomState);
        int units = settings.Units;
        Tensor drawn = key.Fold(0).Uniform([units, units], -1, 1, DType.Float64) * key.Fold(1).Bernoulli([units, units], settings.Connectivity).Cast(DType.Float64);
        double radius = SpectralRadius(drawn);
        if (radius == 0)
        {
            throw new ArgumentException($"{nameof(EchoStateNetwork)}: no connections of the {units} units form a cycle, so the spectral radius is 0 at any scale. "
                + $"Set {nameof(settings.Connectivity)} or {nameof(settings.Units)} higher, or {nameof(settings.RandomState)} otherwise.");
        }

        return new(drawn * (settings.SpectralRadius / radius),
            key.Fold(2).Uniform([features, units], -settings.InputScale, settings.InputScale, DType.Float64),
            key.Fold(3).Uniform([units], -settings.BiasScale, settings.BiasScale, DType.Float64),
            settings.LeakRate);
    }

    /// <summary>h after the last step of sequences, (sequences, units).</summary>
    /// <param name="inputs">Float64 (time, sequences, features).</param>
    public Tensor LastState(Tensor inputs) => Flow.Scan((now, entry) => (Driven(now[0], entry[0]), new Bundle<Tensor>()), Zeros(inputs.Shape[1]), inputs).Carry[0];

    /// <summary>h after each step, (time, sequences, units).</summary>
    /// <param name="inputs">Float64 (time, sequences, features).</param>
    public Tensor States(Tensor inputs)
    {
        (_, Bundle<Tensor> all) = Flow.Scan(
            (now, entry) =>
            {
                Tensor next = Driven(now[0], entry[0]);
                return (next, next);
            },
            Zeros(inputs.Shape[1]), inputs);
        return all[0];
    }

    /// <summary>Lets the read-out's outputs be the next inputs.</summary>
    /// <param name="state">h, (sequences, units).</param>
    /// <param name="coef">(units, features).</param>
    /// <param name="intercept">(features,).</param>
    /// <param name="steps">How many outputs.</param>
    /// <returns>The outputs, (steps, sequences, features).</returns>
    public Tensor Continue(Tensor state, Tensor coef, Tensor intercept, int steps)
    {
        (_, Bundle<Tensor> outputs) = Flow.Scan(
            (now, _) =>
            {
                Tensor output = now[0].MatMul(coef) + intercept;
                return (Driven(now[0], output), output);
            },
            state, new Bundle<Tensor>(), length: steps);
        return outputs[0];
    }

    private Tensor Zeros(int sequences) => Tensor.Zeros([sequences, Bias.Shape[0]], DType.Float64);

    private Tensor Driven(Tensor state, Tensor input) => ((1 - LeakRate) * state) + (LeakRate * (state.MatMul(Recurrent) + input.MatMul(Input) + Bias).Tanh());
}
