#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// The course's convnet on the embedded Fashion-MNIST images, saved and loaded again.  dotnet run -c Release samples/fashion.cs
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Datasets;

ImageDataset data = FashionMnist.Load();
var model = new Sequential(seed: 1,
    new Input([28, 28, 1]), new Rescaling(1.0 / 255),
    new Conv2D(32, 3, activation: "relu"), new MaxPooling2D(),
    new Conv2D(64, 3, activation: "relu"), new MaxPooling2D(),
    new Flatten(), new Dropout(0.5), new Dense(10, "softmax"));
model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
model.Summary();
int epochs = args.Length > 0 ? int.Parse(args[0]) : 5;
model.Fit(data.TrainImages, data.TrainLabels, batchSize: 128, epochs: epochs, callbacks: [new ProgressBar()]);
Console.WriteLine($"test accuracy {model.Evaluate(data.TestImages, data.TestLabels)["accuracy"]:F3}");

string file = Path.Combine(Path.GetTempPath(), "fashion.laminet");
model.Save(file);
Tensor image = data.TestImages.Slice(0, 1);
int guess = Model.Load(file).Predict(image).ArgMax().At(0).Item<int>();
Console.WriteLine($"the first test image is taken for: {data.ClassNames[guess]}");
