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

// What it computes, written out: n(x) = 1 / (1 + exp(-f(x))) with f(x) = a + sum over j of b_j tanh(c_j + sum over i of d_ji x_i).
float[][] weights = [.. model.Weights.Select(weight => weight.Value.ToArray<float>())];
(float[] d, float[] c, float[] b, float a) = (weights[0], weights[1], weights[2], weights[3][0]);
double WrittenOut(int first, int second)
{
    double f = a;
    for (int j = 0; j < b.Length; j++)
        f += b[j] * Math.Tanh(c[j] + (d[j] * first) + (d[b.Length + j] * second));
    return 1 / (1 + Math.Exp(-f));
}

double[] differences = [Math.Abs(WrittenOut(0, 0) - p[0]), Math.Abs(WrittenOut(0, 1) - p[1]), Math.Abs(WrittenOut(1, 0) - p[2]), Math.Abs(WrittenOut(1, 1) - p[3])];
Console.WriteLine($"written out, {model.ParameterCount} parameters: at most {differences.Max():E1} from the network");
