using Laminet.Estimators;
using Laminet.Tensors;
using Microsoft.ML;

namespace Laminet.MLNet;

/// <summary>Estimators over ML.NET's data views, with ML.NET's usual names of columns.</summary>
public static class EstimatorExtensions
{
    /// <summary>Learns from a data view.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="data">The data view.</param>
    /// <param name="features">The column of features, vectors of floats.</param>
    /// <param name="label">The column of targets.</param>
    /// <param name="cancellation">Ends the training early.</param>
    /// <exception cref="ArgumentException">A column is missing or holds no numbers.</exception>
    public static void Fit(this Estimator estimator, IDataView data, string features = "Features", string label = "Label", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        estimator.Fit(data.ToTensor(features), data.ToTensor(label), cancellation);
    }

    /// <summary>Predicts the targets of a data view's examples.</summary>
    /// <param name="estimator">The fitted estimator.</param>
    /// <param name="data">The data view.</param>
    /// <param name="features">The column of features.</param>
    public static Tensor Predict(this Estimator estimator, IDataView data, string features = "Features")
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return estimator.Predict(data.ToTensor(features));
    }

    /// <summary>How good the predictions for a data view are: accuracy or R².</summary>
    /// <param name="estimator">The fitted estimator.</param>
    /// <param name="data">The data view.</param>
    /// <param name="features">The column of features.</param>
    /// <param name="label">The column of targets.</param>
    public static double Score(this Estimator estimator, IDataView data, string features = "Features", string label = "Label")
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return estimator.Score(data.ToTensor(features), data.ToTensor(label));
    }
}
