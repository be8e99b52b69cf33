#:project ../src/Laminet.Estimators/Laminet.Estimators.csproj
// A time series: tomorrow's temperature by an LSTM, beside persistence, the same day of last year, and autoregression.  dotnet run -c Release samples/temperatures.cs
// With the path of daily-min-temperatures.csv (Melbourne, 1981 to 1990) as an argument; without, ten generated years.
using System.Globalization;
using Laminet.Estimators;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

string? file = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int epochs = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, 12);
const int Window = 21, Test = 730, Year = 365, Lags = 14;
float[] days = file is null ? Generated() : [.. File.ReadLines(file).Skip(1).Select(line => line.Split(',')[^1].Trim('"', '?', ' ')).Where(cell => cell.Length > 0)
    .Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
int first = Math.Max(Year, Window), split = days.Length - Test;
float mean = days[..split].Average(), deviation = MathF.Sqrt(days[..split].Average(day => (day - mean) * (day - mean)));

// The days of the year as points of a circle, with the half-yearly wave.
float[] Season(int day) => [.. new[] { 1, 2 }.SelectMany(wave => new[] { MathF.Sin(2 * MathF.PI * wave * day / 365.25f), MathF.Cos(2 * MathF.PI * wave * day / 365.25f) })];
float Scaled(int day) => (days[day] - mean) / deviation;

int[] train = [.. Enumerable.Range(first, split - first)], test = [.. Enumerable.Range(split, Test)];
Tensor Windows(int[] places) => Tensor.From([.. places.SelectMany(day => Enumerable.Range(day - Window, Window).Select(Scaled))], [places.Length, Window, 1]);
Tensor Seasons(int[] places) => Tensor.From([.. places.SelectMany(Season)], [places.Length, 4]);
Tensor Targets(int[] places) => Tensor.From([.. places.Select(Scaled)], [places.Length, 1]);

Console.WriteLine($"{days.Length} days, mean {mean:F1}, deviation {deviation:F1} degrees; errors (RMSE) of one day ahead on the last {Test}:");
Report("persistence (as today)", test.Select(day => days[day - 1]));
Report("seasonal-naive (as a year ago)", test.Select(day => days[day - Year]));

// Autoregression of order 14 with the season: an MLP without hidden layers is a linear regression.
Tensor Lagged(int[] places) => Tensor.Concatenate([Tensor.From([.. places.SelectMany(day => Enumerable.Range(day - Lags, Lags).Select(Scaled))], [places.Length, Lags]), Seasons(places)], 1);
var line = new MLPRegressor { HiddenLayerSizes = [], Alpha = 0, Solver = Solver.Lbfgs, MaxIter = 500, RandomState = 1 };
line.Fit(Lagged(train), Targets(train));
Report($"autoregression of order {Lags} with the season", line.Predict(Lagged(test)).ToArray<float>().Select(Degrees));

var past = new Input([Window, 1]) { Name = "past" };
var season = new Input([4]) { Name = "season" };
SymbolicTensor state = new LSTM(32).Call(past);
SymbolicTensor joined = new Dense(16, "tanh").Call(new Concatenate().Call([state, season]));
var model = new Model([past, season], new Dense(1).Call(joined), seed: 1);
model.Compile(new Adam(0.003), "mse");
model.Fit(new() { ["past"] = Windows(train), ["season"] = Seasons(train) }, Targets(train), batchSize: 32, epochs: epochs);
Tensor predicted = model.Predict([Windows(test), Seasons(test)])[0];
Report("LSTM", predicted.ToArray<float>().Select(Degrees));

float Degrees(float scaled) => (scaled * deviation) + mean;

void Report(string name, IEnumerable<float> predictions) =>
    Console.WriteLine($"{name}: {Math.Sqrt(predictions.Zip(test, (prediction, day) => Math.Pow(prediction - days[day], 2)).Average()):F2} degrees");

float[] Generated()
{
    float[] noise = new RandomKey(3).Normal([3650]).ToArray<float>(), series = new float[3650];
    float weather = 0;
    for (int day = 0; day < series.Length; day++)
    {
        weather = (0.6f * weather) + (2f * noise[day]);
        series[day] = 11 + (4 * MathF.Cos(2 * MathF.PI * day / 365.25f)) + weather;
    }

    return series;
}
