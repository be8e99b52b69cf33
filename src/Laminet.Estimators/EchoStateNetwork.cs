using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// An echo state network: a recurrent network whose weights are drawn and never learned, h(t) = (1 - a) h(t - 1) + a tanh(h(t - 1) W + u(t) V + b), and outputs y(t) = h(t) B + c that are fitted at once, by least squares.
/// W is sparse and scaled to a spectral radius (the greatest |eigenvalue|) at which the state forgets where it started: then it is an echo of the inputs. Examples are the steps of one sequence, in order.
/// <para>A network that learned to predict the next input, y(t) = u(t + 1), can go on by itself: <see cref="Continue"/> takes its outputs as inputs. In Jaeger's terms these are output feedback and teacher forcing.</para>
/// Jaeger: The "echo state" approach to analysing and training recurrent neural networks, 2001; Jaeger, Haas: Harnessing nonlinearity, Science 304, 2004. All numbers are Float64.
/// </summary>
/// <example><code>
/// EchoStateNetwork network = new() { Units = 1000, SpectralRadius = 0.8, Connectivity = 0.01, Alpha = 0 };
/// network.Fit(x.Slice(0, 3000), x.Slice(1, 3001));               // (time, features), each step's target the next
/// Tensor next = network.Continue(x, steps: 84);                  // (84, features)
/// </code></example>
public sealed class EchoStateNetwork : Estimator
{
    private Reservoir? reservoir;
    private bool isFlat;

    /// <summary>How many units; 500 by default.</summary>
    public int Units { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(Units)); } = 500;

    /// <summary>The spectral radius of W; 0.9 by default. The greater, the longer the memory. Above 1 echoes need not fade.</summary>
    public double SpectralRadius { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0, such as 0.9", nameof(SpectralRadius)); } = 0.9;

    /// <summary>The share of the weights in W that are not 0; 0.1 by default.</summary>
    public double Connectivity { get; set => field = Setting.Require(value, value is > 0 and <= 1, "above 0, at most 1", nameof(Connectivity)); } = 0.1;

    /// <summary>Weights V are drawn from -scale to scale; 1 by default.</summary>
    public double InputScale { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(InputScale)); } = 1;

    /// <summary>Biases b are drawn from -scale to scale; 0.2 by default. At 0 the network can learn odd functions alone.</summary>
    public double BiasScale { get; set => field = Setting.Require(value, value >= 0 && double.IsFinite(value), "0 or more", nameof(BiasScale)); } = 0.2;

    /// <summary>The leak a: at 1, the default, a unit keeps nothing of its own state; the less, the slower it is.</summary>
    public double LeakRate { get; set => field = Setting.Require(value, value is > 0 and <= 1, "above 0, at most 1", nameof(LeakRate)); } = 1;

    /// <summary>How many first steps are not fitted, since the states still depend on the start; 100 by default.</summary>
    public int Washout { get; set => field = Setting.Require(value, value >= 0, "0 or more", nameof(Washout)); } = 100;

    /// <summary>The ridge α |B|² + α c²; 1e-8 by default. The less noise the data have, the less it should be; at 0 there must be more steps than units.</summary>
    public double Alpha { get; set => field = Setting.Require(value, value >= 0 && double.IsFinite(value), "0 or more", nameof(Alpha)); } = 1e-8;

    /// <summary>Names the drawn weights.</summary>
    public ulong RandomState { get; set; }

    /// <summary>The drawn W, (units, units), from row to column.</summary>
    public Tensor? RecurrentCoef => reservoir?.Recurrent;

    /// <summary>The drawn V, (features, units).</summary>
    public Tensor? InputCoef => reservoir?.Input;

    /// <summary>The drawn b, (units,).</summary>
    public Tensor? Bias => reservoir?.Bias;

    /// <summary>The fitted B, (units, outputs).</summary>
    public Tensor? Coef { get; private set; }

    /// <summary>The fitted c, (outputs,).</summary>
    public Tensor? Intercept { get; private set; }

    /// <summary>Draws the weights and fits the outputs.</summary>
    /// <param name="x">The sequence, (time, features), Float32 or Float64.</param>
    /// <param name="y">What to say at each step, (time,) or (time, outputs).</param>
    /// <param name="cancellation">Ends it before the fit of the outputs.</param>
    /// <exception cref="ArgumentException">There are fewer steps after the washout than units and no ridge; or the states of units are multiples of each other; or the data do not fit.</exception>
    public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        Require(x, y);
        Fit(x, y, Reservoir.Draw(this, x.Shape[1]), cancellation);
    }

    /// <summary>Fits the outputs of units that are given.</summary>
    internal void Fit(Tensor x, Tensor y, Reservoir drawn, CancellationToken cancellation = default)
    {
        Tensor states = drawn.States(x.Cast(DType.Float64).ExpandDims(1)).Squeeze(1).Slice(Washout, x.Shape[0]);
        cancellation.ThrowIfCancellationRequested();
        Tensor targets = y.Cast(DType.Float64).Reshape([x.Shape[0], -1]).Slice(Washout, x.Shape[0]), solved;
        try
        {
            solved = HouseholderLeastSquares.Solve(Tensor.Concatenate([states, Tensor.Ones([states.Shape[0], 1], DType.Float64)], 1), targets, Alpha);
        }
        catch (ArithmeticException exception)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{nameof(EchoStateNetwork)}: {states.Shape[0]} steps after the {nameof(Washout)} do not determine the outputs of {Units} units with {nameof(Alpha)} = {Alpha}. Set {nameof(Alpha)} higher, take fewer units, or a longer sequence."), nameof(x), exception);
        }

        Fitted(x);
        (reservoir, isFlat) = (drawn, y.Rank == 1);
        (Coef, Intercept) = (solved.Slice(0, drawn.Bias.Shape[0]), solved.At(drawn.Bias.Shape[0]));
    }

    /// <summary>h(t) after each step, from h = 0: (time, units).</summary>
    /// <param name="x">A sequence, (time, features).</param>
    public Tensor States(Tensor x)
    {
        Tensor known = Applying(x);
        return reservoir!.States(known.Cast(DType.Float64).ExpandDims(1)).Squeeze(1);
    }

    /// <summary>The outputs at each step of a sequence, from h = 0: the first ones still depend on that start.</summary>
    /// <param name="x">A sequence, (time, features).</param>
    /// <returns>(time,) or (time, outputs), as the targets were.</returns>
    public override Tensor Predict(Tensor x)
    {
        Tensor outputs = States(x).MatMul(Coef!) + Intercept!;
        return isFlat ? outputs.Squeeze(1) : outputs;
    }

    /// <summary>Goes on by itself after sequences: each output is the next input. For networks that were fitted to the next inputs, y(t) = u(t + 1).</summary>
    /// <param name="x">What came before, (time, features) or, for several sequences at once, (sequences, time, features); from h = 0, so at least as long as the echoes last.</param>
    /// <param name="steps">How many steps follow.</param>
    /// <returns>(steps, features) or (sequences, steps, features).</returns>
    /// <exception cref="ShapeException">The sequences do not fit, or the network has another number of outputs than of features.</exception>
    public Tensor Continue(Tensor x, int steps)
    {
        ArgumentNullException.ThrowIfNull(x);
        Setting.Require(steps, steps >= 1, "1 or more");
        if (x.Rank is not (2 or 3) || x.Shape.ElementCount == 0)
            throw new ShapeException($"{nameof(EchoStateNetwork)}: received x of shape {x.Shape}; expected (time, features) or (sequences, time, features), none of them 0.");
        Applying(x.Reshape([-1, x.Shape[^1]]));
        if (Intercept!.Shape[0] != FeatureCount)
            throw new ShapeException($"{nameof(EchoStateNetwork)}: it has {FeatureCount} inputs and {Intercept.Shape[0]} outputs, which cannot be the next inputs. Fit it to those: network.Fit(x.Slice(0, -1), x.Slice(1)).");
        Tensor inputs = x.Cast(DType.Float64), batch = x.Rank == 2 ? inputs.ExpandDims(1) : inputs.Transpose(1, 0, 2);
        Tensor outputs = reservoir!.Continue(reservoir.LastState(batch), Coef!, Intercept, steps);
        return x.Rank == 2 ? outputs.Squeeze(1) : outputs.Transpose(1, 0, 2);
    }

    /// <summary>R² of the outputs after the washout, the mean over outputs.</summary>
    /// <inheritdoc/>
    public override double Score(Tensor x, Tensor y)
    {
        Require(x, y);
        return Scores.R2(y.Slice(Washout, x.Shape[0]), Predict(x).Slice(Washout, x.Shape[0]));
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => new Dictionary<string, Tensor>
    {
        ["recurrent_coef"] = RecurrentCoef!,
        ["input_coef"] = InputCoef!,
        ["bias"] = Bias!,
        ["leak_rate"] = Tensor.From(reservoir!.LeakRate),
        ["coef"] = Coef!,
        ["intercept"] = Intercept!,
        ["is_flat"] = Tensor.From(isFlat ? 1 : 0),
    };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        reservoir = new(state["recurrent_coef"], state["input_coef"], state["bias"], state["leak_rate"].ToArray<double>()[0]);
        (Coef, Intercept, isFlat) = (state["coef"], state["intercept"], state["is_flat"].ToArray<int>()[0] == 1);
    }

    private void Require(Tensor x, Tensor y)
    {
        Examples.Require(nameof(EchoStateNetwork), x);
        Examples.RequireSame(nameof(EchoStateNetwork), x, y);
        if (!y.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(EchoStateNetwork)}: y contains NaN or infinity. Remove those steps, or replace the missing numbers.", nameof(y));
        if (x.Shape[0] <= Washout)
            throw new ShapeException($"{nameof(EchoStateNetwork)}: received {x.Shape[0]} steps; expected more than the {nameof(Washout)} of {Washout}, which are not fitted.");
    }
}
