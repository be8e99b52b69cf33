using System.Globalization;
using Laminet.Data;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Estimators;

/// <content>The training, step by step as in scikit-learn.</content>
public abstract partial class MultilayerPerceptron
{
    private const double LeastAdaptiveRate = 1e-6, AdaptiveDivisor = 5;
    private const int AutoBatch = 200;

    private PerceptronNetwork? network;
    private Optimizer? optimizer;
    private CompiledFunction? step;
    private ulong seed;
    private long seen;

    /// <inheritdoc/>
    public sealed override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        bool goesOn = WarmStart && network is not null;
        ulong key = goesOn ? seed : RandomState ?? RandomSeed.New();
        Check(x, y, goesOn);
        // Before anything changes: it may be impossible.
        DataSplit? split = EarlyStopping && Solver != Solver.Lbfgs ? Split(y, ValidationFraction, key) : null;
        Tensor targets = Begin(x, y, goesOn, isOnePass: false, key);
        if (Solver == Solver.Lbfgs)
            Minimize(x, targets, cancellation);
        else
            Descend(x, y, targets, split, isOnePass: false, cancellation);
        RequireFinite();
    }

    /// <summary>One pass over some examples, on top of what was learned; for data that come in pieces. A classifier must know all classes before: <see cref="MLPClassifier.PartialFit(Tensor, Tensor, Tensor, CancellationToken)"/>.</summary>
    /// <param name="x">(examples, features).</param>
    /// <param name="y">Their targets.</param>
    /// <param name="cancellation">Ends the pass early.</param>
    /// <exception cref="InvalidOperationException">The solver is L-BFGS, which needs all examples at once.</exception>
    public void PartialFit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        if (Solver == Solver.Lbfgs)
            throw new InvalidOperationException("PartialFit is for the stochastic solvers; received Solver = Lbfgs, which needs all examples at once. Set Solver to Adam or Sgd.");
        bool goesOn = network is not null;
        Check(x, y, goesOn);
        Tensor targets = Begin(x, y, goesOn, isOnePass: true, RandomState ?? RandomSeed.New());
        Descend(x, y, targets, split: null, isOnePass: true, cancellation);
        RequireFinite();
    }

    /// <summary>Checks the data and gives the targets as the network's outputs have them, (examples, outputs).</summary>
    private protected abstract Tensor Encode(Tensor y, bool goesOn, bool isOnePass);

    /// <summary>What the last layer gives, for the targets that were encoded last.</summary>
    private protected abstract PerceptronOutput OutputKind { get; }

    /// <summary>Splits off the validation part.</summary>
    private protected abstract DataSplit Split(Tensor y, double fraction, ulong key);

    /// <summary>Makes the network for data of such a form, as the first Fit does.</summary>
    internal void Build(int features, int outputs, PerceptronOutput kind, DType type, ulong key)
    {
        seed = key;
        network = new PerceptronNetwork(features, HiddenLayerSizes, outputs, kind, Activation, type, seed);
        (Iterations, seen, NoImprovementCount, optimizer) = (0, 0, 0, null);
        lossCurve.Clear();
        validationScores = EarlyStopping ? [] : null;
        BestValidationScore = EarlyStopping ? double.NegativeInfinity : null;
        BestLoss = EarlyStopping || Solver == Solver.Lbfgs ? null : double.PositiveInfinity;
    }

    // A Fit that fails here leaves what was learned before.
    private void Check(Tensor x, Tensor y, bool goesOn)
    {
        string who = GetType().Name;
        if (goesOn)
            Applying(x);
        else
            Examples.Require(who, x);
        Examples.RequireSame(who, x, y);
        if (y.DType.IsFloat() && !y.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{who}: y contains NaN or infinity. Remove those examples.", nameof(y));
    }

    private Tensor Begin(Tensor x, Tensor y, bool goesOn, bool isOnePass, ulong key)
    {
        Tensor targets = Encode(y, goesOn, isOnePass).Cast(goesOn ? network!.DType : x.DType);
        if (!goesOn)
        {
            Build(x.Shape[1], targets.Shape[1], OutputKind, x.DType, key);
            Fitting(x);
        }
        else if (!network!.Is(x.Shape[1], HiddenLayerSizes, targets.Shape[1], OutputKind))
        {
            throw new InvalidOperationException($"{GetType().Name}: HiddenLayerSizes or the number of outputs changed since the last Fit, so its weights cannot be gone on from. Set WarmStart = false, or make a new estimator.");
        }

        return targets;
    }

    private void Descend(Tensor x, Tensor y, Tensor targets, DataSplit? split, bool isOnePass, CancellationToken cancellation)
    {
        if (!isOnePass || optimizer is null)
            StartOptimizer();
        bool stopsEarly = split is not null;
        Tensor? validationX = null, validationY = null;
        if (split is not null)
        {
            validationScores ??= [];
            BestValidationScore ??= double.NegativeInfinity;
            int[] held = [.. split.Validation], kept = [.. split.Train];
            (validationX, validationY) = (Examples.At(x, held), Examples.At(y, held));
            (x, targets) = (Examples.At(x, kept), Examples.At(targets, kept));
        }

        x = x.Cast(network!.DType);
        int count = x.Shape[0];
        if (BatchSize > count)
            Warn($"BatchSize is {BatchSize} and there are {count} examples: it is taken as {count}.");
        int batch = Math.Min(BatchSize ?? AutoBatch, count);
        IReadOnlyList<Tensor> best = network.Snapshot();
        for (int pass = 0; pass < MaxIter; pass++)
        {
            if (cancellation.IsCancellationRequested)
            {
                Warn($"The training was interrupted after {Iterations} passes; the weights are those of the last one.");
                break;
            }

            Loss = Pass(x, targets, batch);
            Iterations++;
            seen += count;
            lossCurve.Add(Loss);
            Say(string.Create(CultureInfo.InvariantCulture, $"Iteration {Iterations}, loss = {Loss:F8}"));
            if (stopsEarly)
            {
                double before = BestValidationScore!.Value;
                NoteScore(Score(validationX!, validationY!));
                if (BestValidationScore > before)
                    best = network.Snapshot();
            }
            else
            {
                NoteLoss();
            }

            if (Solver == Solver.Sgd && LearningRate == RateSchedule.InvScaling)
                optimizer!.LearningRate = LearningRateInit / Math.Pow(seen + 1, PowerT);
            if (NoImprovementCount > IterationsNoChange && IsAtEnd(stopsEarly))
                break;
            if (isOnePass)
                break;
            if (pass == MaxIter - 1)
                Warn($"The training ended after MaxIter = {MaxIter} passes and has not converged yet. Raise MaxIter, or LearningRateInit.");
        }

        if (stopsEarly)
            network.Restore(best);
    }

    private double Pass(Tensor x, Tensor targets, int batch)
    {
        int count = x.Shape[0];
        if (Shuffle)
        {
            // The pass's number is in the key, so passes by PartialFit are those of Fit.
            Tensor order = new RandomKey(seed).Fold(1).Fold((ulong)Iterations).Permutation(count);
            (x, targets) = (x.Gather(order, 0), targets.Gather(order, 0));
        }

        double sum = 0;
        for (int start = 0; start < count; start += batch)
        {
            int length = Math.Min(batch, count - start);
            sum += step!.Call(x.Slice(start, start + length), targets.Slice(start, start + length))[0].ToDouble() * length;
        }

        return sum / count;
    }

    private void StartOptimizer()
    {
        optimizer = Solver == Solver.Sgd
            ? new SGD(LearningRateInit, Momentum, NesterovsMomentum && Momentum > 0)
            : new Adam(LearningRateInit, Beta1, Beta2, Epsilon);
        CompileStep();
    }

    private void CompileStep()
    {
        PerceptronNetwork trained = network!;
        Optimizer updates = optimizer!;
        double alpha = Alpha;
        step = Function.Compile(batch =>
        {
            Tensor reported = batch[0];
            IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(() =>
            {
                (Tensor objective, reported) = trained.Objective(batch[0], batch[1], alpha);
                return objective;
            }, trained.Variables).Gradients;
            updates.Apply(gradients, trained.Variables);
            return (IReadOnlyList<Tensor>)[reported];
        });
    }

    private void NoteScore(double score)
    {
        validationScores!.Add(score);
        Say(string.Create(CultureInfo.InvariantCulture, $"Validation score: {score:F6}"));
        NoImprovementCount = score < BestValidationScore + Tol ? NoImprovementCount + 1 : 0;
        BestValidationScore = Math.Max(BestValidationScore!.Value, score);
    }

    private void NoteLoss()
    {
        BestLoss ??= double.PositiveInfinity;
        NoImprovementCount = Loss > BestLoss - Tol ? NoImprovementCount + 1 : 0;
        if (Loss < BestLoss)
            BestLoss = Loss;
    }

    private bool IsAtEnd(bool stopsEarly)
    {
        string what = stopsEarly ? "Validation score" : "Training loss", why = string.Create(CultureInfo.InvariantCulture,
            $"{what} did not improve more than tol={Tol:F6} for {IterationsNoChange} consecutive epochs.");
        if (Solver != Solver.Sgd || LearningRate != RateSchedule.Adaptive || optimizer!.LearningRate <= LeastAdaptiveRate)
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"{why} Stopping."));
            return true;
        }

        optimizer.LearningRate /= AdaptiveDivisor;
        NoImprovementCount = 0;
        Say(string.Create(CultureInfo.InvariantCulture, $"{why} Setting learning rate to {optimizer.LearningRate:F6}"));
        return false;
    }

    private void Say(string line)
    {
        if (Verbose)
            Output.WriteLine(line);
    }

    private void RequireFinite()
    {
        if (network!.Variables.Any(variable => !variable.Value.IsFinite().All().Item<bool>()))
            throw new InvalidOperationException("Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed, as by a StandardScaler.");
    }
}
