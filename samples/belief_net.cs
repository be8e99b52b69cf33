#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// A deep belief network: layers that learn one after another without labels are a better start for backpropagation, most of all with few labels.  dotnet run -c Release samples/belief_net.cs
// (Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006.)
// Arguments: MNIST's folder or - for the embedded clothes; epochs for each layer; epochs with labels; a folder for the pictures.
using System.Diagnostics;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

bool isFull = args.Length > 0 && args[0] != "-";
ImageDataset data = isFull ? Mnist.Load(args[0]) : FashionMnist.Load();
int alone = args.Length > 1 ? int.Parse(args[1]) : 5, taught = args.Length > 2 ? int.Parse(args[2]) : 10;
string folder = Directory.CreateDirectory(args.Length > 3 ? args[3] : "belief_net").FullName;
int[] hidden = isFull ? [500, 500, 2000] : [200, 200, 400];
Tensor Pixels(Tensor bytes) => bytes.Reshape([bytes.Shape[0], -1]).Cast(DType.Float32) / 255;
(Tensor train, Tensor test) = (Pixels(data.TrainImages), Pixels(data.TestImages));
Console.WriteLine($"{train.Shape[0]} images, layers of {string.Join(", ", hidden)}");

var clock = Stopwatch.StartNew();
DeepBeliefNetwork belief = new(784, hidden, seed: 1);
belief.Fit(train, alone, optimizer: _ => new SGD(0.1, momentum: 0.5), afterEpoch: (layer, epoch) =>
{
    if (epoch == alone)
        Console.WriteLine($"layer {layer + 1} after {epoch} epochs without labels, {clock.Elapsed.TotalSeconds:F0} s");
});
Image.Write(Path.Combine(folder, "features.png"), Tiles.Of(belief.Machines[0].Weights.Value.Slice(0, 64, axis: 1).Reshape([28, 28, 64])));
Tensor drawn = belief.Sample(test.Slice(0, 40), steps: 100, new RandomKey(2));
Image.Write(Path.Combine(folder, "drawn.png"), Tiles.Of(drawn.Reshape([40, 28, 28]).Transpose(1, 2, 0), together: true));

// The same network from a random start, with 1,000 labels and with all. Where labels are few, more epochs make as many steps.
foreach (int labels in (int[])[1000, train.Shape[0]])
{
    int epochs = labels == 1000 ? 3 * taught : taught;
    double pretrained = Error(belief.ToClassifier(10, dropout: 0.2), labels, epochs), plain = Error(DeepBeliefNetwork.Network(784, hidden, 10, dropout: 0.2, seed: 1), labels, epochs);
    Console.WriteLine($"{labels} labels: test error {pretrained:P2} with the belief network's weights, {plain:P2} from a random start; {clock.Elapsed.TotalSeconds:F0} s");
}

Console.WriteLine($"pictures in {folder}");

double Error(Sequential model, int labels, int epochs)
{
    int batch = labels == 1000 ? 50 : 100;
    model.Compile(new Adam(new CosineDecay(1e-3, epochs * labels / batch)), "sparse_categorical_crossentropy", ["accuracy"]);
    model.Fit(train.Slice(0, labels), data.TrainLabels.Slice(0, labels), batchSize: batch, epochs: epochs);
    return 1 - model.Evaluate(test, data.TestLabels)["accuracy"];
}
