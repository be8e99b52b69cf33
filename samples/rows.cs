#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// Pictures read row by row: a GRU sees 28 rows of 28 pixels as a sequence and names the digit, or the piece of clothing.  dotnet run -c Release samples/rows.cs
// With a folder of MNIST's four files as an argument: 60,000 digits. Without: 10,000 embedded images of clothes.
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Datasets;

string? folder = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int epochs = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, folder is null ? 6 : 8);
ImageDataset data = folder is null ? FashionMnist.Load() : Mnist.Load(folder);
var model = new Sequential(seed: 1, new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Reshape(28, 28), new GRU(128), new Dense(10, "softmax"));
model.Compile(new Adam(0.002), "sparse_categorical_crossentropy", ["accuracy"]);
model.Fit(data.TrainImages, data.TrainLabels, batchSize: 128, epochs: epochs, callbacks: [new ProgressBar()]);
Console.WriteLine($"{data.Description.Title}, {model.ParameterCount} parameters: test accuracy {model.Evaluate(data.TestImages, data.TestLabels)["accuracy"]:F4}");
