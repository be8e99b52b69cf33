#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
// Looks into a network of clothes: what it looks at, its kernels, its surest mistakes, and its features in the plane.  dotnet run -c Release samples/seeing.cs
using Laminet.Estimators;
using Laminet.Layers;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 4;
string folder = Directory.CreateDirectory(args.Length > 1 ? args[1] : "seeing").FullName;
ImageDataset data = FashionMnist.Load();
var model = new Sequential(seed: 0,
    new Input([28, 28, 1]), new Rescaling(1.0 / 255),
    new Conv2D(16, 5, activation: "relu"), new MaxPooling2D(), new Conv2D(32, 3, activation: "relu") { Name = "maps" },
    new GlobalAveragePooling2D(), new Dense(32, "relu") { Name = "features" }, new Dense(10, "softmax"));
model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
History history = model.Fit(data.TrainImages, data.TrainLabels, batchSize: 128, epochs: epochs, validationSplit: 0.1, callbacks: [new ProgressBar()]);
Chart.TrainingCurves(history).Save(At("curves.svg"));

// An ankle boot: where its class is seen, and what the integrated gradients add up to.
int place = Array.IndexOf(data.TestLabels.ToArray<int>(), 9);
Tensor boot = data.TestImages.At(place), large = Image.Resize(boot, (280, 280));
Tensor heat = new GradCam(model).HeatMap(boot, target: 9);
Console.WriteLine($"Grad-CAM sees the boot in {heat.Greater(heat.Max().ToDouble() / 2).Cast(DType.Float32).Mean().ToDouble():P0} of the picture");
Image.Write(At("grad-cam.png"), HeatMap.Over(large, Image.Resize(heat.ExpandDims(-1), (280, 280)).Squeeze(-1)));
Tensor attribution = new Saliency(model).IntegratedGradients(boot, target: 9, steps: 256);
Image.Write(At("integrated.png"), HeatMap.Over(large, Image.Resize(HeatMap.OfAttribution(attribution).ExpandDims(-1), (280, 280)).Squeeze(-1)));
double Logit(Tensor image) => model.Call(image.Cast(DType.Float32).ExpandDims(0)).SoftmaxLogits!.At(0).At(9).ToDouble();
Console.WriteLine($"integrated gradients add up to {attribution.Sum().ToDouble():F3}; the logit differs from that of black by {Logit(boot) - Logit(boot.ZerosLike()):F3}");

Image.Write(At("filters.png"), Tiles.Of(Filters.Of(model), scale: 12));
Image.Write(At("maps.png"), Tiles.Of(FeatureMaps.Of(model, boot, "maps"), scale: 4));
MaximizedInput bag = new ActivationMaximization(model) { Steps = 60 }.Maximize(8);
Image.Write(At("bag.png"), bag.Image);
Console.WriteLine($"the image that excites 'Bag' takes its logit from {bag.Activations[0]:F1} to {bag.Activations[^1]:F1}");

Tensor probabilities = model.Predict(data.TestImages);
Chart.Mistakes(data.TestImages, data.TestLabels, probabilities, data.ClassNames).Save(At("mistakes.png"));
Tensor features = new Model(model.Inputs, model.GetLayer("features").Output).Predict(data.TestImages.Slice(0, 500));
var tsne = new TSNE();
Chart.Scatter(tsne.FitTransform(features), data.TestLabels.Slice(0, 500).Cast(DType.Int32), data.ClassNames, "features").Save(At("features.svg"));
Console.WriteLine($"500 features in the plane, divergence {tsne.KlDivergence:F2} nats");
Console.WriteLine($"pictures in {folder}");

string At(string name) => Path.Combine(folder, name);
