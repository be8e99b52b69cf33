using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Optimizers;

/// <summary>
/// L-BFGS, which steps along -H g, where H estimates the inverse of the second derivatives from the last steps s and changes y of the gradient: H starts as (s·y / y·y) I and
/// is corrected by each pair. For small problems with exact gradients it needs far fewer evaluations than descent. The steps are those of PyTorch's LBFGS. Liu and Nocedal, "On
/// the limited memory BFGS method for large scale optimization", 1989. PyTorch: <c>optim.LBFGS</c>.
/// </summary>
/// <remarks>
/// It evaluates the loss several times a step, so it takes a function and not gradients, and it is no <see cref="Optimizer"/> for Fit. The function must give the loss of all examples and must not draw random numbers:
/// <c>() => model.Loss!.Call(y, model.Call(x))</c> for all of x and y. It is compiled once for each call. It computes with Float64 numbers, and evaluates in the variables' own type.
/// </remarks>
/// <param name="learningRate">The size of a step, or the first size that the line search tries; the very first step is shorter.</param>
/// <param name="maxIterations">The most iterations of a step.</param>
/// <param name="maxEvaluations">The most evaluations of a step; null for 1.25 times <paramref name="maxIterations"/>. A line search that has begun is completed.</param>
/// <param name="toleranceGradient">A step ends where no element of the gradient is larger.</param>
/// <param name="toleranceChange">A step ends where neither a weight nor the loss changes by more.</param>
/// <param name="historySize">How many pairs are remembered; each takes the memory of the variables twice.</param>
/// <param name="lineSearch">How the size of a step is found.</param>
/// <example><code>
/// new LBFGS().Minimize(() => (variable.Value - 3).Square().Sum(), [variable]);
/// </code></example>
public sealed class LBFGS(
    double learningRate = 1, int maxIterations = 20, int? maxEvaluations = null, double toleranceGradient = 1e-7, double toleranceChange = 1e-9, int historySize = 100,
    LineSearch lineSearch = LineSearch.StrongWolfe)
{
    private readonly List<(double[] Step, double[] Change, double Inverse)> history = [];
    private double scale = 1;
    private double[]? lastGradient;
    private double[] direction = [];
    private double size;

    /// <summary>The size of a step, or the first size that the line search tries.</summary>
    public double LearningRate { get; } = Setting.Require(learningRate, learningRate > 0 && double.IsFinite(learningRate), "above 0, and finite");

    /// <summary>The most iterations of a step.</summary>
    public int MaxIterations { get; } = Setting.Require(maxIterations, maxIterations >= 1, "1 or more");

    /// <summary>The most evaluations of a step.</summary>
    public int MaxEvaluations { get; } = Setting.Require(maxEvaluations ?? (maxIterations * 5 / 4), maxEvaluations is null or >= 1, "1 or more", nameof(maxEvaluations));

    /// <summary>A step ends where no element of the gradient is larger.</summary>
    public double ToleranceGradient { get; } = Setting.Require(toleranceGradient, toleranceGradient >= 0, "zero or more");

    /// <summary>A step ends where neither a weight nor the loss changes by more.</summary>
    public double ToleranceChange { get; } = Setting.Require(toleranceChange, toleranceChange >= 0, "zero or more");

    /// <summary>How many pairs are remembered.</summary>
    public int HistorySize { get; } = Setting.Require(historySize, historySize >= 1, "1 or more");

    /// <summary>How the size of a step is found.</summary>
    public LineSearch LineSearch { get; } = lineSearch;

    /// <summary>The number of iterations so far.</summary>
    public int Iterations { get; private set; }

    /// <summary>The number of evaluations of the loss and its gradient so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether the last step ended since the gradient, or the change of the weights or of the loss, became as small as the tolerances.</summary>
    public bool HasConverged { get; private set; }

    /// <summary>Makes steps until one converges, or for a number of iterations.</summary>
    /// <param name="loss">The loss as a scalar, by the variables.</param>
    /// <param name="variables">The variables to change, of type Float32 or Float64; the same in each call.</param>
    /// <param name="iterations">The most iterations.</param>
    /// <param name="callback">Receives the loss after each step of <see cref="MaxIterations"/> iterations; true stops. Null for none.</param>
    /// <returns>The last loss.</returns>
    /// <exception cref="ShapeException">The loss is no scalar.</exception>
    public double Minimize(Func<Tensor> loss, IReadOnlyList<Variable> variables, int iterations = 1000, Func<double, bool>? callback = null)
    {
        LossFunction function = Function(loss, variables);
        int end = Iterations + Setting.Require(iterations, iterations >= 1, "1 or more");
        double value;
        do
        {
            (_, value) = Step(function, Math.Min(MaxIterations, end - Iterations));
        }
        while (!HasConverged && Iterations < end && callback?.Invoke(value) != true);
        return value;
    }

    /// <summary>Makes one step of up to <see cref="MaxIterations"/> iterations, as PyTorch's <c>step(closure)</c>.</summary>
    /// <param name="loss">The loss as a scalar, by the variables.</param>
    /// <param name="variables">The variables to change, of type Float32 or Float64; the same in each call.</param>
    /// <returns>The loss before the step.</returns>
    /// <exception cref="ShapeException">The loss is no scalar.</exception>
    public double Step(Func<Tensor> loss, IReadOnlyList<Variable> variables) => Step(Function(loss, variables), MaxIterations).Before;

    private LossFunction Function(Func<Tensor> loss, IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(variables);
        LossFunction function = new(loss, variables);
        if (lastGradient is not null && lastGradient.Length != function.Length)
        {
            throw new ArgumentException($"LBFGS: received variables of {function.Length} elements; expected the {lastGradient.Length} of the calls before, whose history it keeps. "
                + "Create a new LBFGS for other variables.", nameof(variables));
        }

        return function;
    }

    private (double Before, double After) Step(LossFunction function, int most)
    {
        int evaluationsBefore = Evaluations;
        (double before, double[] gradient) = Evaluate(function, function.Read());
        double loss = before;
        HasConverged = Largest(gradient) <= ToleranceGradient;
        double[] position = function.Read();
        for (int iteration = 1; iteration <= most && !HasConverged; iteration++)
        {
            Iterations++;
            Remember(gradient);
            direction = Direction(gradient);
            (double[] gradientBefore, double lossBefore) = (gradient, loss);
            lastGradient = gradient;
            size = Iterations == 1 ? Math.Min(1, 1 / TensorPrimitives.SumOfMagnitudes<double>(gradient)) * LearningRate : LearningRate;
            double slope = TensorPrimitives.Dot<double>(gradient, direction);
            if (slope > -ToleranceChange)
            {
                HasConverged = true;
                break;
            }

            if (LineSearch == LineSearch.StrongWolfe)
                (loss, gradient, size) = new WolfeSearch(at => Evaluate(function, Moved(position, at)), direction, ToleranceChange).Run(size, loss, gradientBefore, slope);
            position = Moved(position, size);
            if (LineSearch == LineSearch.None && iteration < most)
                (loss, gradient) = Evaluate(function, position);
            if (iteration == most || Evaluations - evaluationsBefore >= MaxEvaluations)
            {
                HasConverged = LineSearch == LineSearch.StrongWolfe && Largest(gradient) <= ToleranceGradient;
                break;
            }

            HasConverged = Largest(gradient) <= ToleranceGradient || Largest(direction) * size <= ToleranceChange || Math.Abs(loss - lossBefore) < ToleranceChange;
        }

        function.Write(position);
        return (before, loss);
    }

    private (double Loss, double[] Gradient) Evaluate(LossFunction function, double[] position)
    {
        Evaluations++;
        function.Write(position);
        return function.Run();
    }

    private double[] Moved(double[] position, double by)
    {
        double[] moved = new double[position.Length];
        TensorPrimitives.MultiplyAdd(direction, by, position, moved);
        return moved;
    }

    private void Remember(double[] gradient)
    {
        if (lastGradient is null)
            return;
        double[] change = new double[gradient.Length], step = new double[gradient.Length];
        TensorPrimitives.Subtract<double>(gradient, lastGradient, change);
        TensorPrimitives.Multiply(direction, size, step);
        double curvature = TensorPrimitives.Dot<double>(change, step);
        // Where the slope falls along the step, the pair would make H indefinite.
        if (!(curvature > 1e-10))
            return;
        if (history.Count == HistorySize)
            history.RemoveAt(0);
        history.Add((step, change, 1 / curvature));
        scale = curvature / TensorPrimitives.SumOfSquares<double>(change);
    }

    // -H g without H: Nocedal, "Updating quasi-Newton matrices with limited storage", 1980.
    private double[] Direction(double[] gradient)
    {
        double[] result = new double[gradient.Length];
        TensorPrimitives.Negate(gradient, result);
        double[] shares = new double[history.Count];
        for (int i = history.Count - 1; i >= 0; i--)
        {
            shares[i] = TensorPrimitives.Dot<double>(history[i].Step, result) * history[i].Inverse;
            TensorPrimitives.MultiplyAdd(history[i].Change, -shares[i], result, result);
        }

        TensorPrimitives.Multiply(result, scale, result);
        for (int i = 0; i < history.Count; i++)
        {
            double share = TensorPrimitives.Dot<double>(history[i].Change, result) * history[i].Inverse;
            TensorPrimitives.MultiplyAdd(history[i].Step, shares[i] - share, result, result);
        }

        return result;
    }

    private static double Largest(double[] numbers) => numbers.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(numbers));

    /// <summary>The loss and its gradient as numbers of the variables in one line.</summary>
    private sealed class LossFunction
    {
        private readonly IReadOnlyList<Variable> variables;
        private readonly CompiledFunction function;

        public LossFunction(Func<Tensor> loss, IReadOnlyList<Variable> variables)
        {
            this.variables = variables;
            foreach (Variable variable in variables)
            {
                if (!variable.DType.IsFloat())
                    throw new DTypeException($"LBFGS: the variable '{variable.Name}' holds {variable.DType}; only Float32 and Float64 are trained. Leave it out.");
                Length += variable.Shape.ElementCount;
            }

            function = Tensors.Compilation.Function.Compile(_ =>
            {
                (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(loss, variables, Unconnected.Zeros);
                return (IReadOnlyList<Tensor>)[value.Cast(DType.Float64), .. gradients.Select(gradient => gradient.Cast(DType.Float64))];
            }, "LBFGS");
        }

        public int Length { get; }

        public (double Loss, double[] Gradient) Run()
        {
            IReadOnlyList<Tensor> outputs = function.Call();
            return (outputs[0].Item<double>(), [.. outputs.Skip(1).SelectMany(gradient => gradient.ToArray<double>())]);
        }

        public double[] Read() => [.. variables.SelectMany(variable => variable.Value.Cast(DType.Float64).ToArray<double>())];

        public void Write(double[] numbers)
        {
            int start = 0;
            foreach (Variable variable in variables)
            {
                int count = variable.Shape.ElementCount;
                variable.Assign(Tensor.From<double>(numbers.AsSpan(start, count), variable.Shape).Cast(variable.DType));
                start += count;
            }
        }
    }
}
