using System.Globalization;
using Laminet.Optimizers;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <content>L-BFGS over all examples at once.</content>
public abstract partial class MultilayerPerceptron
{
    // SciPy's L-BFGS-B remembers as many.
    private const int History = 10;

    // After so many iterations the limits are looked at.
    private const int StepIterations = 20;

    private void Minimize(Tensor x, Tensor targets, CancellationToken cancellation)
    {
        PerceptronNetwork trained = network!;
        x = x.Cast(trained.DType);
        LBFGS solver = new(maxIterations: StepIterations, maxEvaluations: MaxFun, toleranceGradient: Tol, historySize: History);
        solver.Minimize(() => trained.Objective(x, targets, Alpha).Objective, trained.Variables, MaxIter, loss =>
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"Iteration {solver.Iterations}, loss = {loss:F8}"));
            return solver.Evaluations >= MaxFun || cancellation.IsCancellationRequested;
        });
        Iterations = solver.Iterations;
        Loss = trained.Objective(x, targets, Alpha).Reported.ToDouble();
        if (cancellation.IsCancellationRequested)
            Warn($"The training was interrupted after {Iterations} iterations; the weights are those of the last one.");
        else if (!solver.HasConverged)
            Warn($"L-BFGS ended after {(solver.Evaluations >= MaxFun ? $"MaxFun = {MaxFun} evaluations of the loss" : $"MaxIter = {MaxIter} iterations")} and has not converged yet. Raise that limit, or scale the data, as by a StandardScaler.");
    }
}
