#:project ../src/Laminet/Laminet.csproj
// A multilayer perceptron learns exclusive or, which no single perceptron can.  dotnet run samples/xor.cs
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

Tensor x = Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
Tensor y = Tensor.From(new float[,] { { 0 }, { 1 }, { 1 }, { 0 } });

var model = new Sequential(seed: 1, new Input([2]), new Dense(8, "tanh"), new Dense(1, "sigmoid"));
model.Compile(new Adam(learningRate: 0.05), "binary_crossentropy", ["accuracy"]);
model.Fit(x, y, batchSize: 4, epochs: 200);

float[] p = model.Predict(x).ToArray<float>();
Console.WriteLine($"0 xor 0 = {p[0]:F3}   0 xor 1 = {p[1]:F3}   1 xor 0 = {p[2]:F3}   1 xor 1 = {p[3]:F3}");
Console.WriteLine($"loss {model.Evaluate(x, y)["loss"]:F4}");
