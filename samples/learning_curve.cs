#:project ../src/Laminet.MLNet/Laminet.MLNet.csproj
#:package Microsoft.ML
#:package Microsoft.ML.FastTree
// Performance against sample size: a network beside logistic regression, a support vector machine and boosted trees (ML.NET's).  dotnet run -c Release samples/learning_curve.cs
// With the path of UCI's magic04.data as an argument: gamma rays against hadrons (CC BY 4.0). Without: generated data of ten features.
using Laminet.Estimators;
using Laminet.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

string? file = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int most = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, 12_000);
(Tensor features, Tensor labels) = file is null ? Generated() : CsvTable.Read(file, "10") is var table ? (table.X, table.Y.Equal(0).Cast(DType.Int32)) : default;
Tensor order = new RandomKey(1).Permutation(features.Shape[0]);
Tensor x = features.Gather(order, 0), y = labels.Gather(order, 0);
const int Test = 4000;
var context = new MLContext(seed: 1);
Console.WriteLine($"{"examples",8}  {"network",7}  {"logistic",8}  {"SVM",5}  {"trees",5}   (accuracy on {Test} others)");
foreach (int count in ((int[])[100, 300, 1000, 3000, 12_000]).Where(count => count <= most))
{
    Tensor trainX = x.Slice(Test, Test + count), trainY = y.Slice(Test, Test + count), testX = x.Slice(0, Test), testY = y.Slice(0, Test);
    var network = new Pipeline(("scale", new StandardScaler()), ("mlp", new MLPClassifier
    {
        HiddenLayerSizes = [64, 32], EarlyStopping = true, IterationsNoChange = 20, RandomState = 1, Alpha = 1e-3, BatchSize = Math.Min(64, count / 4), Warn = _ => { },
    }));
    network.Fit(trainX, trainY);
    IDataView train = View(trainX, trainY), test = View(testX, testY);
    double logistic = Accuracy(context.BinaryClassification.Trainers.LbfgsLogisticRegression());
    double machine = Accuracy(context.BinaryClassification.Trainers.LdSvm(treeDepth: 3));
    double trees = Accuracy(context.BinaryClassification.Trainers.FastTree(numberOfTrees: 200, minimumExampleCountPerLeaf: Math.Min(10, count / 20)));
    Console.WriteLine($"{count,8}  {network.Score(testX, testY),7:F3}  {logistic,8:F3}  {machine,5:F3}  {trees,5:F3}");

    double Accuracy<T>(IEstimator<T> trainer) where T : class, ITransformer =>
        context.BinaryClassification.EvaluateNonCalibrated(context.Transforms.NormalizeMeanVariance("Features").Append(trainer).Fit(train).Transform(test)).Accuracy;
}

IDataView View(Tensor features, Tensor labels)
{
    float[] numbers = features.ToArray<float>();
    int[] kinds = labels.ToArray<int>();
    int width = features.Shape[1];
    SchemaDefinition schema = SchemaDefinition.Create(typeof(Event));
    schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
    return context.Data.LoadFromEnumerable(kinds.Select((kind, i) => new Event { Features = numbers[(i * width)..((i + 1) * width)], Label = kind == 1 }).ToArray(), schema);
}

(Tensor X, Tensor Y) Generated()
{
    Tensor hidden = new RandomKey(7).Normal([16_000, 10]);
    Tensor score = (hidden.Slice(0, 1, axis: 1) * 2).Sin() + (hidden.Slice(1, 2, axis: 1) * hidden.Slice(2, 3, axis: 1)) + (hidden.Slice(3, 4, axis: 1) * 0.5) + (new RandomKey(8).Normal([16_000, 1]) * 0.3);
    return (hidden, score.Greater(0f).Cast(DType.Int32).Reshape([-1]));
}

internal sealed class Event
{
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }
}
