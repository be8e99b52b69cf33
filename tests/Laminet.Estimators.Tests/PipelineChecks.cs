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
        Assert.Equal(pipeline.PredictProbabilities(x).ToArray<double>(), FromFile(pipeline).PredictProbabilities(x).ToArray<double>());
    }

    /// <summary>A classifier learns iris after a scaler, whatever the labels are, and comes back from a file.</summary>
    public static T LearnsAfterAScalerAndIsSaved<T>(T classifier, double accuracy, Func<T, Tensor, Tensor> decide) where T : Estimator
    {
        (Tensor x, Tensor y) = (new StandardScaler().FitTransform(Data.Table("iris")), (Data.Labels("species") * 10) - 7);
        var pipeline = new Pipeline(("scale", new StandardScaler()), ("last", classifier));
        pipeline.Fit(Data.Table("iris"), y);
        Assert.True(pipeline.Score(Data.Table("iris"), y) >= accuracy, $"{pipeline.Score(Data.Table("iris"), y)}");
        Assert.Equal(y.DType, pipeline.Predict(Data.Table("iris")).DType);
        T read = (T)FromFile(pipeline).Inner[^1].Step;
        Assert.Equal(decide(classifier, x).ToArray<double>(), decide(read, x).ToArray<double>());
        Assert.Equal(classifier.Predict(x).ToArray<int>(), read.Predict(x).ToArray<int>());
        // As searches make it: the settings, and nothing learned.
        Assert.False(classifier.Clone().IsFitted);
        return read;
    }

    private static Pipeline FromFile(Pipeline pipeline)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.estimator");
        try
        {
            pipeline.Save(path);
            return (Pipeline)Step.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
