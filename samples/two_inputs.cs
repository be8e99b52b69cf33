#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// A photo and a title of any length in, a kind and a price out: two inputs, two outputs, masks.  dotnet run -c Release samples/two_inputs.cs
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Datasets;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 8;
ImageDataset data = FashionMnist.Load();

var title = new Input([null], DType.Int32) { Name = "title" };
var photo = new Input([28, 28, 1]) { Name = "photo" };
// Word 0 is padding: the LSTM leaves it out.
SymbolicTensor words = new LSTM(32).Call(new Embedding(Shop.Words, 16, maskZero: true).Call(title));
SymbolicTensor look = new Rescaling(1 / 255.0).Call(photo);
look = new MaxPooling2D().Call(new Conv2D(16, 3, activation: "relu").Call(look));
look = new Dense(64, "relu").Call(new Flatten().Call(look));
SymbolicTensor both = new Concatenate().Call([words, look]);
var model = new Model(
    [title, photo],
    new() { ["kind"] = new Dense(10, "softmax").Call(both), ["price"] = new Dense(1).Call(new Dense(32, "relu").Call(both)) },
    seed: 1);
model.Compile(
    "adam",
    loss: new() { ["kind"] = "sparse_categorical_crossentropy", ["price"] = "mse" },
    metrics: new() { ["kind"] = ["accuracy"], ["price"] = ["mae"] },
    lossWeights: new() { ["price"] = 0.01 });
model.Summary();

Tensor labels = data.TrainLabels.Cast(DType.Int32), testLabels = data.TestLabels.Cast(DType.Int32);
(Tensor titles, Tensor prices) = Shop.Write(labels, seed: 2);
(Tensor testTitles, Tensor testPrices) = Shop.Write(testLabels, seed: 3);
model.Fit(
    x: new() { ["title"] = titles, ["photo"] = data.TrainImages },
    y: new() { ["kind"] = labels, ["price"] = prices },
    batchSize: 64, epochs: epochs, callbacks: [new ProgressBar()]);

IReadOnlyDictionary<string, double> test = model.Evaluate([testTitles, data.TestImages], [testLabels, testPrices]);
Console.WriteLine($"test: kind accuracy {test["kind_accuracy"]:F3}, price off by {test["price_mae"]:F2} on average (prices vary by {Math.Sqrt(testPrices.Variance().ToDouble()):F2})");
Tensor guess = model.Predict(new Bundle<Tensor> { ["title"] = testTitles[..3], ["photo"] = data.TestImages[..3] })["price"];
Console.WriteLine($"the first three prices are {testPrices[..3]} and taken for {guess}");

/// <summary>Makes up titles and prices for pictures of clothes: the price depends on the kind of clothing and on the share of fine words in the title.</summary>
internal static class Shop
{
    public const int Words = 40;
    private const int Longest = 8, FineWords = 5;

    public static (Tensor Titles, Tensor Prices) Write(Tensor labels, int seed)
    {
        Random random = new(seed);
        int[] kinds = labels.ToArray<int>();
        int[,] titles = new int[kinds.Length, Longest];
        float[] prices = new float[kinds.Length];
        for (int i = 0; i < kinds.Length; i++)
        {
            prices[i] = 10 + (3 * kinds[i]);
            for (int place = 0, length = random.Next(2, Longest + 1); place < length; place++)
            {
                titles[i, place] = random.Next(1, Words);
                // Words 1 to 5, such as "silk", raise the price: the share of them in the title counts.
                prices[i] += titles[i, place] <= FineWords ? 30f / length : 0;
            }
        }

        return (Tensor.From(titles), Tensor.From(prices, [kinds.Length, 1]));
    }
}
