using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

internal static class PipelineChecks
{
    /// <summary>A classifier learns iris from what a step makes of it, and both come back from a file.</summary>
    public static void LearnsBeforeAClassifierAndIsSaved(Step step)
    {
        (Tensor x, Tensor y) = (Data.Table("iris"), Data.Labels("species"));
        var pipeline = new Pipeline(("step", step), ("mlp", Data.Quiet(new MLPClassifier { HiddenLayerSizes = [8], RandomState = 1, Solver = Solver.Lbfgs, MaxIter = 200 })));
        pipeline.Fit(x, y);
        Assert.True(pipeline.Score(x, y) > 0.95, $"{pipeline.Score(x, y)}");
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.estimator");
        try
        {
            pipeline.Save(path);
            Assert.Equal(pipeline.PredictProbabilities(x).ToArray<double>(), ((Pipeline)Step.Load(path)).PredictProbabilities(x).ToArray<double>());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
